package org.beammedallion.transforms.decode.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.change.Changes;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.decode.change.DmsHeaderCheck;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvHeaderCheckTest {

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.optional("amount", FieldType.INT),
          Field.optional("größe", FieldType.INT));

  private static final FileCheck CHECK =
      SerializableUtils.clone(CsvHeaderCheck.of(ORDERS, CsvFormat.RFC_4180));

  private static String refusal(FileCheck check, byte[] header) {
    return assertThrows(RefusedFileException.class, () -> check.check(header)).why();
  }

  private static String refusal(String header) {
    return refusal(CHECK, header.getBytes(UTF_8));
  }

  private static String warning(String header) throws RefusedFileException {
    return CHECK.check(header.getBytes(UTF_8));
  }

  /** As where a column was renamed in one of many files: it would be null there without a word. */
  @Test
  void warnsOfAFileThatLacksColumnsAndHasOthers() throws RefusedFileException {
    assertThat(
        warning("order_id,amount_eur,größe"),
        allOf(
            startsWith("has no column 'amount' of the contract, which is null in its rows"),
            containsString("and has 'amount_eur', which the contract does not know"),
            containsString("--takeAgain")));
    assertThat(
        warning("Order_ID,a,b"),
        allOf(
            startsWith("has columns whose names are the contract's only when case"),
            containsString(" It has no columns 'amount', 'größe' of the contract")));
    assertThat(warning("order_id,amount"), is(nullValue()));
    assertThat(warning("order_id,amount,größe,more"), is(nullValue()));
  }

  @Test
  void givesNoHintThatWouldNotHelp() {
    String wholeLine = refusal("\"note,amount,order_id\"");
    assertThat(wholeLine, startsWith("has none of the contract's columns"));
    assertThat(wholeLine, not(containsString("quote:")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sep=;", "sep=,", "\uFEFFSEP=;", "\"sep=;\"", "sep=\t"})
  void knowsTheLineThatIsForExcel(String line) {
    assertThat(refusal(line), startsWith("begins with a line for Excel"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order_id,amount,größe",
        "größe,other,order_id,amount,other",
        "\uFEFF\"order_id\",\"amount\"",
        "order_id",
        "order_id,Order_ID,ORDER_ID,amount,größe"
      })
  void acceptsAHeaderThatNamesTheColumns(String header) throws RefusedFileException {
    assertThat(warning(header), is(nullValue()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "order_id;amount;größe!';'!delimiter: ';'",
        "order_id|amount!'|'!delimiter: '|'",
        "order_id:amount!':'!delimiter: ':'",
        "\"order_id\";\"amount\"!';'!delimiter: ';'",
        "'order_id','amount'!quote '''!quote: \"'\"",
        "'order_id';'amount'!delimiter ';' and the quote '''!delimiter: ';', quote: \"'\"",
        "ORDER_ID;AMOUNT!';'!delimiter: ';'"
      })
  void saysWhichMarksTheHeaderHas(String header, String mark, String option) {
    assertThat(
        refusal(header), allOf(containsString(mark), containsString("'csv: {" + option + "}'")));
  }

  @Test
  void saysThatTheDelimiterIsTheTab() {
    assertThat(
        refusal("order_id\tamount"),
        allOf(
            startsWith(
                "has none of the contract's columns in its header ('order_id\\u0009amount')"),
            containsString("the delimiter tab: say 'csv: {delimiter: \"\\t\"}'")));
  }

  @Test
  void saysThatALineOfValuesIsNoHeader() {
    assertThat(
        refusal("o-1,7,3"),
        allOf(containsString("looks like a record"), containsString("'csv: {header: false}'")));
    assertThat(
        refusal("Bestellung,Betrag"),
        allOf(
            containsString("('Bestellung', 'Betrag')"),
            containsString("the contract has 'order_id', 'amount', 'größe'"),
            containsString("'physicalName'")));
  }

  @Test
  void saysOnceThatARequiredColumnIsMissing() {
    assertThat(
        refusal("orderid,amount"),
        allOf(
            startsWith("has no column 'order_id', which each record must have"),
            containsString("'physicalName: orderid'")));
    assertThat(refusal("amount,x"), containsString("remove 'required' in the contract"));
  }

  @Test
  void warnsOfNamesThatAreOnlyAlike() throws RefusedFileException {
    assertThat(
        warning("Order_ID, amount ,GRÖSSE,x"),
        allOf(
            containsString("'Order_ID' for 'order_id'"),
            containsString("' amount ' for 'amount'"),
            containsString("'GRÖSSE' for 'größe'"),
            containsString("'physicalName'")));
    assertThat(warning("order_id,gro\u0308ße"), containsString("for 'größe'"));
  }

  @Test
  void looksPastWhatCannotBeSeenAroundAName() throws RefusedFileException {
    // Two byte order marks in a row, and no-break spaces of spreadsheets.
    assertThat(warning("\uFEFF\uFEFForder_id,amount"), containsString("for 'order_id'"));
    assertThat(warning("order_id,\u00A0amount\u200B"), containsString("for 'amount'"));
  }

  @Test
  void readsTheColumnsThatItWarnsOf() {
    CsvDecoder decoder = CsvDecoder.of(ORDERS, CsvFormat.RFC_4180, RowCheck.NONE);

    Map<String, Object> row =
        RowValues.of(
                RowLayout.of(ORDERS),
                decoder.decode(RawBatches.withHeader("ORDER_ID,Amount ,x", "o,7,1")))
            .get(0);

    assertThat(row.get("order_id"), is("o"));
    assertThat(row.get("amount"), is(7));
  }

  @Test
  void refusesColumnsThatAreNotClear() {
    assertThat(refusal("order_id,order_id"), containsString("the column 'order_id' appears twice"));
    assertThat(
        refusal("ORDER_ID,Order_Id"),
        containsString("'ORDER_ID' and 'Order_Id' may both be 'order_id'"));
    FileCheck two =
        CsvHeaderCheck.of(
            RecordSchema.of(
                Field.optional("id", FieldType.INT), Field.optional("ID", FieldType.INT)),
            CsvFormat.RFC_4180);
    assertThat(refusal(two, "Id".getBytes(UTF_8)), containsString("'Id' may be 'id' or 'ID'"));
  }

  @Test
  void refusesAHeaderThatIsNoText() {
    assertThat(
        refusal(CHECK, "order_id,größe".getBytes(ISO_8859_1)),
        allOf(containsString("invalid UTF-8 at byte"), containsString("'encoding: windows-1252'")));
    assertThat(refusal("order_id,\"amount"), startsWith("has a header that cannot be read"));
  }

  @Test
  void refusesNamesOfColumnsWhereNoHeaderIsExpected() throws RefusedFileException {
    CsvFormat bare = CsvFormat.RFC_4180.withoutHeader();
    FileCheck check = CsvHeaderCheck.of(ORDERS, bare);

    assertThat(
        refusal(check, "Order_ID,amount,größe".getBytes(UTF_8)),
        containsString("'csv: {header: true}'"));
    assertThat(check.check("o-1,7,3".getBytes(UTF_8)), is(nullValue()));
    assertThat(check.check("\"open".getBytes(UTF_8)), is(nullValue()));
    FileCheck single =
        CsvHeaderCheck.of(RecordSchema.of(Field.optional("name", FieldType.STRING)), bare);
    assertThat(single.check("name".getBytes(UTF_8)), containsString("'csv: {header: true}'"));
  }

  @Test
  void knowsTheColumnsOfDms() throws RefusedFileException {
    FileCheck check =
        new DmsHeaderCheck(Changes.ROWS, new DmsFormat("Op", "cdc_ts"), CsvFormat.RFC_4180);
    FileCheck load = check.forFile("file:/in/LOAD00000001.csv");
    FileCheck changes = check.forFile("file:/in/20251103-1.csv");

    assertThat(
        changes.check("Op,cdc_ts,id,branch,full_name,price".getBytes(UTF_8)), is(nullValue()));
    assertThat(load.check("id,branch,full_name,price".getBytes(UTF_8)), is(nullValue()));
    assertThat(
        refusal(changes, "id,branch,full_name,price".getBytes(UTF_8)),
        allOf(startsWith("has no column 'Op', 'cdc_ts'"), containsString("begins with LOAD")));
    assertThat(
        refusal(load, "branch,full_name,price".getBytes(UTF_8)), startsWith("has no column 'id'"));
    assertThat(
        refusal(changes, "I,2025-11-03 09:00:00,1,north".getBytes(UTF_8)),
        containsString("'csv: {header: false}'"));
    assertThat(
        changes.check("op,CDC_TS,id,branch,full_name,price".getBytes(UTF_8)),
        containsString("'op' for 'Op'"));
  }
}
