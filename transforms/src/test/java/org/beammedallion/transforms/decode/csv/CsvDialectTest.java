package org.beammedallion.transforms.decode.csv;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.CsvFormat.Values;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordFramer;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CSV files have beyond RFC 4180. */
class CsvDialectTest {

  private static final Values GERMAN = new Values(false, List.of(), List.of(), List.of(), ',', '.');

  private static CsvFormat with(Values values) {
    return CsvFormat.RFC_4180.withDelimiter(';').withValues(values);
  }

  private static RowBatch decode(FieldType type, Values values, String text) {
    return CsvDecoder.of(RecordSchema.of(Field.optional("v", type)), with(values), RowCheck.NONE)
        .decode(RawBatches.withHeader("v", text));
  }

  private static @Nullable Object value(FieldType type, Values values, String text) {
    RowBatch batch = decode(type, values, text);
    assertThat(batch.rejects().toString(), batch.count(), is(1));
    RecordSchema schema = RecordSchema.of(Field.optional("v", type));
    return RowValues.of(RowLayout.of(schema), batch).get(0).get("v");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1234,5|1234.5",
        "1.234,5|1234.5",
        "-1.234.567,25|-1234567.25",
        "+0,5|0.5",
        ",5|0.5",
        "12|12",
        "1.234|1234",
        "1,5e3|1500"
      })
  void readsNumbersWithOtherSeparators(String text, double expected) {
    assertThat(value(FieldType.DOUBLE, GERMAN, text), is(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.5",
        "12.34,5",
        "1.2345",
        "1234.567,8",
        "1,234.5",
        "1..234",
        ".123",
        "1,2,3",
        "1.234.",
        "0.567",
        "-0.123,4",
        "00.123",
        "-",
        "1.23"
      })
  void refusesSeparatorsThatStandElsewhere(String text) {
    assertThat(
        decode(FieldType.DOUBLE, GERMAN, text).rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void readsThousandsOfAnyCharacter() {
    Values swiss = new Values(false, List.of(), List.of(), List.of(), '.', '\'');
    Values narrow = new Values(false, List.of(), List.of(), List.of(), ',', '\u202F');
    assertThat(value(FieldType.decimal(12, 2), swiss, "1'234'567.5").toString(), is("1234567.50"));
    assertThat(value(FieldType.LONG, narrow, "12\u202F345"), is(12_345L));
    assertThat(
        decode(FieldType.LONG, narrow, "12\u202F34").rejects().get(0).reason(),
        is(Reason.TYPE_MISMATCH));
  }

  @Test
  void takesWordsForTrueFalseAndNull() {
    Values words =
        new Values(false, List.of("NA", "-"), List.of("Ja", "1"), List.of("nein"), '.', (char) 0);
    assertThat(value(FieldType.BOOLEAN, words, "ja"), is(true));
    assertThat(value(FieldType.BOOLEAN, words, "1"), is(true));
    assertThat(value(FieldType.BOOLEAN, words, "NEIN"), is(false));
    assertThat(value(FieldType.BOOLEAN, words, "True"), is(true));
    assertThat(value(FieldType.LONG, words, "-"), is(nullValue()));
    assertThat(value(FieldType.STRING, words, "NA"), is(nullValue()));
    assertThat(value(FieldType.STRING, words, "\"NA\""), is("NA"));
    assertThat(value(FieldType.STRING, words, "na"), is("na"));
    assertThat(
        decode(FieldType.BOOLEAN, words, "yes").rejects().get(0).reason(),
        is(Reason.TYPE_MISMATCH));
  }

  private static List<Map<String, @Nullable Object>> rows(CsvFormat format, String text, int chunk)
      throws IOException {
    RecordSchema schema =
        RecordSchema.of(
            Field.optional("a", FieldType.STRING), Field.optional("b", FieldType.STRING));
    CsvDecoder decoder = CsvDecoder.of(schema, format, RowCheck.NONE);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (RecordFramer framer =
        RecordFramer.csv(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            Framing.of("memory:test", 0).withChunkBytes(chunk),
            format)) {
      for (RawBatch raw = framer.next(); raw != null; raw = framer.next()) {
        RowBatch batch = decoder.decode(raw);
        assertThat(batch.rejects().toString(), batch.rejects().size(), is(0));
        rows.addAll(RowValues.of(RowLayout.of(schema), batch));
      }
    }
    return rows;
  }

  @Test
  void trimsFieldsAndNamesAroundTheirQuotes() throws IOException {
    CsvFormat format =
        CsvFormat.RFC_4180.withValues(
            new Values(true, List.of(), List.of(), List.of(), '.', CsvFormat.NONE));
    String text = " a ,\tb\n x , \" y, \n\"\"z\"\" \" \n,  \n";
    for (int chunk = 1; chunk < text.length() + 2; chunk++) {
      List<Map<String, @Nullable Object>> rows = rows(format, text, chunk);
      assertThat(rows.get(0), is(Map.of("a", "x", "b", " y, \n\"z\" ")));
      assertThat(rows.get(1).get("a"), is(nullValue()));
      assertThat(rows.get(1).get("b"), is(nullValue()));
      assertThat(rows.size(), is(2));
    }
  }

  @Test
  void passesOverCommentLines() throws IOException {
    CsvFormat format = CsvFormat.RFC_4180.withComment('#');
    String text =
        "\uFEFF# an \"open quote\r\na,b\n# more, \"\n\"#1\",x\n\"l\n# no comment\",y\n#\nz,#\n# end";
    for (int chunk = 1; chunk < text.length() + 4; chunk++) {
      assertThat(
          "chunks of " + chunk,
          rows(format, text, chunk),
          is(
              List.of(
                  Map.of("a", "#1", "b", "x"),
                  Map.of("a", "l\n# no comment", "b", "y"),
                  Map.of("a", "z", "b", "#"))));
    }
  }

  @Test
  void namesOfOtherCaseAreTakenWithoutAWarningWhereTheyMayBe() throws RefusedFileException {
    RecordSchema schema = RecordSchema.of(Field.optional("Name", FieldType.STRING));
    byte[] header = "NAME,x".getBytes(StandardCharsets.UTF_8);
    assertThat(
        CsvHeaderCheck.of(schema, CsvFormat.RFC_4180.ignoringHeaderCase()).check(header),
        is(nullValue()));
    assertThat(
        CsvHeaderCheck.of(schema, CsvFormat.RFC_4180.ignoringHeaderCase())
                .check(" name,x".getBytes(StandardCharsets.UTF_8))
            == null,
        is(false));
  }
}
