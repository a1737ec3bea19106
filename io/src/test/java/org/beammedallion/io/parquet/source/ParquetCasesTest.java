package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that were once read wrongly, or rejected, though the file's schema tells them. */
class ParquetCasesTest {

  private static final Field ID = Field.optional("id", FieldType.LONG);

  private static Path file(String name) {
    return Path.of("src/test/resources/parquet-cases", name).toAbsolutePath();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "int32", "int64"})
  void decimalsKeepTheirScaleWhateverStoresThem(String name) throws IOException, SQLException {
    Path file = file("01-parquet-int-decimals/" + name + ".parquet");
    Field amount = Field.optional("amount", FieldType.decimal(12, 2));
    SourceFiles.Read read = SourceFiles.read(file, ID, amount);
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      List<Field> fields = duckDb.fields(file);
      List<BigDecimal> expected =
          duckDb.rows(file, fields).stream()
              .map(row -> ((BigDecimal) row.get("amount")).setScale(2))
              .toList();
      assertThat(read.column("amount"), is(expected));
    }
    SourceFiles.Read doubles = SourceFiles.read(file, Field.optional("amount", FieldType.DOUBLE));
    for (int i = 0; i < doubles.rows().size(); i++) {
      BigDecimal exact = (BigDecimal) read.value(i, "amount");
      assertThat(doubles.value(i, "amount"), is(exact.doubleValue()));
    }
  }

  @Test
  void unsignedNumbersAreNeverNegative() throws IOException {
    Path file = file("02-parquet-unsigned/u.parquet");
    SourceFiles.Read read =
        SourceFiles.read(
            file,
            Field.optional("u32", FieldType.LONG),
            Field.optional("u32d", FieldType.decimal(20, 0)),
            Field.optional("u32f", FieldType.DOUBLE));
    assertThat(read.rejects(), empty());
    assertThat(read.column("u32").contains(4_294_967_295L), is(true));
    assertThat(read.column("u32").contains(3_000_000_000L), is(true));
    assertThat(read.column("u32d").contains(new BigDecimal("4294967295")), is(true));
    assertThat(read.column("u32f").contains(4_294_967_295.0), is(true));
    SourceFiles.Read narrow = SourceFiles.read(file, Field.optional("u32", FieldType.INT));
    assertThat(narrow.rejects().isEmpty(), is(false));
    assertThat(narrow.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
    assertThat(narrow.rejects().get(0).detail(), containsString("beyond the range"));
  }

  @Test
  void localTimestampsAreInTheFieldsTimeZone() throws IOException {
    FieldType berlin = new FieldType.TimestampType(null, ZoneId.of("Europe/Berlin"));
    SourceFiles.Read read =
        SourceFiles.read(file("03-local-timestamps/n.parquet"), ID, Field.optional("ts", berlin));
    assertThat(read.rejects(), empty());
    assertThat(read.value(0, "ts"), is(Instant.parse("2024-07-01T08:00:00Z")));
  }

  @Test
  void int96IsAPointInTime() throws IOException {
    SourceFiles.Read read =
        SourceFiles.read(
            file("13-parquet-int96/int96.parquet"), ID, Field.optional("ts", FieldType.TIMESTAMP));
    assertThat(read.value(0, "ts"), is(Instant.parse("2024-07-01T12:00:00.123456Z")));
  }

  @Test
  void nanosecondsAreCutDownwards() throws IOException {
    SourceFiles.Read times =
        SourceFiles.read(
            file("14-parquet-nanoseconds/ns.parquet"),
            ID,
            Field.optional("ts", FieldType.TIMESTAMP));
    assertThat(
        times.column("ts"),
        contains(
            Instant.parse("2024-07-01T12:00:00.123456Z"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.parse("1969-12-31T23:59:59.999998Z")));
    SourceFiles.Read clock =
        SourceFiles.read(
            file("14-parquet-nanoseconds/tm.parquet"), ID, Field.optional("tm", FieldType.TIME));
    assertThat(clock.value(0, "tm"), is(LocalTime.parse("10:15:30.123456")));
  }

  @Test
  void columnsMayHaveAnyName() throws IOException, SQLException {
    Path file = file("15-parquet-column-names/a.parquet");
    assertThat(SourceFiles.read(file, ID).rows().isEmpty(), is(false));
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      List<Field> fields = duckDb.fields(file);
      SourceFiles.Read read = SourceFiles.read(file, fields.toArray(Field[]::new));
      assertThat(read.rows(), is(duckDb.rows(file, fields)));
      assertThat(
          fields.stream().anyMatch(field -> field.name().equals("Unit Price (EUR)")), is(true));
    }
  }

  @Test
  void columnsThatAreMissingBesideOthersAreToldOf() throws IOException {
    Path file = file("16-nan/n.parquet");
    SourceFiles.Read read =
        SourceFiles.read(
            file,
            Field.optional("id", FieldType.LONG),
            Field.optional("price_eur", FieldType.DOUBLE));
    assertThat(read.value(0, "price_eur") == null, is(true));
    assertThat(
        read.warning(),
        containsString(
            "has no column 'price_eur' of the contract, which is null in its rows, and has"));
  }

  @Test
  void aNameThatDiffersInCaseAloneIsTakenAndTold() throws IOException {
    SourceFiles.Read read =
        SourceFiles.read(file("16-nan/n.parquet"), Field.optional("ID", FieldType.LONG));
    assertThat(read.value(0, "ID") == null, is(false));
    assertThat(read.warning(), containsString("differs only in case"));
  }

  @Test
  void nanIsKeptOrNullAndNeverADecimal() throws IOException {
    Path file = file("16-nan/n.parquet");
    Field number = Field.optional("f", FieldType.DOUBLE);
    SourceFiles.Read kept = SourceFiles.read(file, ID, number);
    assertThat(kept.rejects(), empty());
    assertThat(kept.column("f").contains(Double.NaN), is(true));
    SourceFiles.Read nulls = SourceFiles.read(file, new TypedSettings(true, false), ID, number);
    assertThat(nulls.column("f").contains(Double.NaN), is(false));
    assertThat(nulls.column("f").contains(null), is(true));
    SourceFiles.Read exact =
        SourceFiles.read(file, ID, Field.optional("f", FieldType.decimal(12, 2)));
    assertThat(exact.rejects().isEmpty(), is(false));
    assertThat(exact.rejects().get(0).detail(), containsString("NaN, which is not a number"));
    assertThat(exact.rejects().get(0).detail(), containsString("a decimal(12,2)"));
  }

  @Test
  void nanThatIsNullIsMissingInARequiredElement() throws IOException {
    Path file = file("36-nan-in-list/a.parquet");
    TypedSettings nulls = new TypedSettings(true, false);
    Field optional =
        Field.optional("l", new FieldType.ArrayType(Field.optional("element", FieldType.DOUBLE)));
    assertThat(SourceFiles.read(file, nulls, optional).value(0, "l"), is(Arrays.asList(1.0, null)));
    Field required =
        Field.optional("l", new FieldType.ArrayType(Field.required("element", FieldType.DOUBLE)));
    SourceFiles.Read read = SourceFiles.read(file, nulls, required);
    assertThat(read.rows(), empty());
    assertThat(read.rejects().get(0).reason(), is(Reason.MISSING_REQUIRED));
    assertThat(read.rejects().get(0).detail(), containsString("an element is null"));
  }

  @Test
  void aCodecThatIsNotThereIsCalledByItsName() {
    RefusedFileException refused =
        assertThrows(
            RefusedFileException.class,
            () ->
                SourceFiles.read(
                    file("23-parquet-codecs/brotli.parquet"),
                    ID,
                    Field.optional("s", FieldType.STRING)));
    assertThat(refused.why(), containsString("compressed by BROTLI, which is not supported"));
  }

  /** fastparquet's {@code fixed_text} annotates FIXED_LEN_BYTE_ARRAY with UTF8. */
  @Test
  void aSchemaThatTheFormatForbidsIsNoDamage() {
    RefusedFileException refused =
        assertThrows(
            RefusedFileException.class,
            () ->
                SourceFiles.read(
                    file("37-text-in-fixed/fixed.parquet"), Field.optional("s", FieldType.STRING)));
    assertThat(
        refused.why(),
        containsString(
            "has a schema that the format does not allow: STRING can only annotate BINARY"));
  }

  @Test
  void aFileWithoutARequiredColumnIsRefusedOnce() {
    Path file = file("16-nan/n.parquet");
    RefusedFileException missing =
        assertThrows(
            RefusedFileException.class,
            () -> SourceFiles.read(file, ID, Field.required("price", FieldType.DOUBLE)));
    assertThat(missing.why(), containsString("has no column 'price', which the contract requires"));
    RefusedFileException stranger =
        assertThrows(
            RefusedFileException.class,
            () -> SourceFiles.read(file, Field.optional("price", FieldType.DOUBLE)));
    assertThat(stranger.why(), containsString("has none of the contract's columns"));
  }

  @Test
  void aDeadLetterHoldsTheWholeRecord() throws IOException {
    SourceFiles.Read read =
        SourceFiles.read(
            file("13-parquet-int96/int96.parquet"), Field.optional("ts", FieldType.LONG));
    assertThat(read.rejects(), hasSize(read.rejects().size()));
    String payload =
        new String(read.rejects().get(0).payload(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(payload, containsString("\"id\":"));
    assertThat(payload, containsString("\"ts\":\"2024-07-01T12:00:00.123456Z\""));
  }

  /**
   * pyarrow counts no null where a list is null, and writes a page with the length of no values.
   */
  @Test
  void pagesWithoutBooleansAreRead() throws IOException {
    Path file = file("35-page-without-values/pyarrow.parquet");
    FieldType inner =
        new FieldType.ObjectType(RecordSchema.of(Field.optional("m0", FieldType.BOOLEAN)));
    FieldType element =
        new FieldType.ObjectType(
            RecordSchema.of(Field.optional("m0", FieldType.DOUBLE), Field.optional("m1", inner)));
    SourceFiles.Read read =
        SourceFiles.read(
            file,
            Field.optional("rid", FieldType.LONG),
            Field.optional("n7", new FieldType.ArrayType(Field.optional("element", element))));
    assertThat(read.rejects(), empty());
    assertThat(read.value(0, "rid"), is(1L));
    assertThat(read.value(0, "n7"), is(nullValue()));
  }
}
