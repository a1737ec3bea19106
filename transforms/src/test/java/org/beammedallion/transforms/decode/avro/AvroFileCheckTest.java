package org.beammedallion.transforms.decode.avro;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether an Avro file can be read by a contract at all, judged by its schema. */
class AvroFileCheckTest {

  private static final RecordSchema CONTRACT =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          new Field("name", "full_name", FieldType.STRING, false),
          Field.optional(
              "address",
              new ObjectType(
                  RecordSchema.of(
                      Field.optional("city", FieldType.STRING),
                      Field.optional("since", FieldType.STRING)))));

  private static final String ROW =
      "{'name':'id','type':'long'},{'name':'full_name','type':'string'}";

  private static String record(String name, String fields) {
    return "{'type':'record','name':'" + name + "','fields':[" + fields + "]}";
  }

  private static @Nullable String check(FileCheck check, String schema)
      throws RefusedFileException {
    return check.check(schema.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String warning(String schema) throws RefusedFileException {
    return check(AvroFileCheck.rows(CONTRACT), schema);
  }

  private static String refusal(String schema) {
    return assertThrows(RefusedFileException.class, () -> warning(schema)).why();
  }

  private static String envelope(String fields, String image) {
    return record(
        "Envelope",
        "{'name':'before','type':['null',"
            + record("Value", image)
            + "]},{'name':'after','type':['null','Value']}"
            + fields);
  }

  @Test
  void acceptsAFileOfTheContractsColumns() throws RefusedFileException {
    assertThat(warning(record("r", ROW)), is(nullValue()));
    assertThat(
        warning(record("r", ROW + ",{'name':'more','type':'int'}")),
        containsString(
            "has no column 'address' of the contract, which is null in its rows, and has 'more'"));
    assertThat(warning("['null'," + record("r", ROW) + "]"), is(nullValue()));
  }

  @Test
  void refusesAFileOfWhichTheContractKnowsNoColumn() {
    String why = refusal(record("r", "{'name':'a','type':'int'},{'name':'b','type':'int'}"));
    assertThat(why, containsString("has none of the contract's columns. It has 'a', 'b'"));
    assertThat(why, containsString("'id', 'full_name', 'address'"));
    assertThat(why, containsString("physicalName"));
  }

  @Test
  void refusesAFileWithoutARequiredColumn() {
    assertThat(
        refusal(record("r", "{'name':'full_name','type':'string'}")),
        containsString("has no column 'id', which the contract requires"));
  }

  @Test
  void refusesWhatHoldsNoRecords() {
    assertThat(refusal("'string'"), containsString("values of the Avro type 'string'"));
    assertThat(refusal("{'type':'recor'}"), containsString("schema is broken"));
    assertThat(
        refusal(record("l", "{'name':'next','type':['null','l']}")),
        containsString("contains itself"));
  }

  @Test
  void refusesDurationsByName() {
    String duration = "{'type':'fixed','name':'d','size':12,'logicalType':'duration'}";
    assertThat(
        refusal(
            record(
                "r", "{'name':'id','type':'long'},{'name':'full_name','type':" + duration + "}")),
        containsString("'full_name' of Avro's type duration"));
    assertThat(
        refusal(
            record(
                "r",
                "{'name':'id','type':'long'},{'name':'address','type':['null',"
                    + record("a", "{'name':'since','type':" + duration + "}")
                    + "]}")),
        containsString("'address.since' of Avro's type duration"));
  }

  @Test
  void tellsOfNamesThatDifferByCaseAlone() throws RefusedFileException {
    assertThat(
        warning(record("r", "{'name':'ID','type':'long'},{'name':'full_name','type':'string'}")),
        containsString("has 'ID' for 'id': only upper and lower case differ"));
    assertThat(
        warning(
            record(
                "r",
                "{'name':'id','type':'long'},{'name':'address','type':"
                    + record("a", "{'name':'City','type':'string'}")
                    + "}")),
        containsString("has 'address.City' for 'address.city'"));
    assertThat(
        warning(
            record(
                "r",
                "{'name':'id','type':'long'},{'name':'Full_Name','type':'string'},{'name':'FULL_NAME','type':'string'}")),
        containsString("several columns that differ from 'full_name' only in case"));
    assertThat(
        refusal(
            record(
                "r",
                "{'name':'ID','type':'long'},{'name':'Id','type':'long'},{'name':'full_name','type':'string'}")),
        containsString("has no column 'id'"));
  }

  @Test
  void looksIntoDebeziumsEnvelopes() throws RefusedFileException {
    FileCheck check = AvroFileCheck.debezium(CONTRACT);
    String op = ",{'name':'op','type':'string'}";
    assertThat(check(check, envelope(op, ROW)), is(nullValue()));
    assertThat(check(check, "['null'," + envelope(op, ROW) + "]"), is(nullValue()));
    // A file may hold deletes alone, which need no more than the key.
    assertThat(check(check, envelope(op, "{'name':'full_name','type':'string'}")), is(nullValue()));
    assertThat(
        assertThrows(RefusedFileException.class, () -> check(check, record("r", ROW))).why(),
        containsString("is not of Debezium: an envelope has 'op' and a record 'after'"));
    assertThat(
        assertThrows(RefusedFileException.class, () -> check(check, envelope("", ROW))).why(),
        containsString("is not of Debezium"));
    assertThat(
        assertThrows(
                RefusedFileException.class,
                () -> check(check, envelope(op, "{'name':'other','type':'int'}")))
            .why(),
        containsString("has none of the contract's columns. It has 'other'"));
  }
}
