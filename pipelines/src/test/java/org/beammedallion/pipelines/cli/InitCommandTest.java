package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitCommandTest {

  @TempDir private Path folder;

  private record Said(int code, String out, String err) {}

  private static Said execute(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Said(code, out.toString(), err.toString());
  }

  private Path file(String name, String content) throws IOException {
    return file(name, content, StandardCharsets.UTF_8);
  }

  private Path file(String name, String content, Charset charset) throws IOException {
    return Files.write(folder.resolve(name), content.getBytes(charset));
  }

  private PipelineDefinition init(Path file) {
    Said said = execute("init", file.toString(), "--to=" + folder);
    assertThat(said.err(), said.code(), is(0));
    assertThat(said.out(), containsString(" 0 rejected"));
    String name = file.getFileName().toString().replaceFirst("\\..*", "");
    return PipelineDefinition.load(folder.resolve(name + ".pipeline.yaml"), null);
  }

  private static Field field(PipelineDefinition definition, String name) {
    return definition.schema().field(name);
  }

  private String contract(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".odcs.yaml"));
  }

  @Test
  void readsTypesFromTheTextsOfCsv() throws IOException {
    PipelineDefinition definition =
        init(
            file(
                "shop.csv",
                """
                id,zip,price,paid,on,at,note
                1,00501,1.5,true,2026-01-02,2026-01-02T10:00:00Z,a
                2,10001,.25,FALSE,2026-11-30,2026-01-02 10:00:00+02:00,b
                """));
    assertThat(field(definition, "id").type(), is(FieldType.LONG));
    assertThat(field(definition, "zip").type(), is(FieldType.STRING));
    assertThat(field(definition, "price").type(), is(FieldType.DOUBLE));
    assertThat(field(definition, "paid").type(), is(FieldType.BOOLEAN));
    assertThat(field(definition, "on").type(), is(FieldType.DATE));
    assertThat(field(definition, "at").type(), is(FieldType.TIMESTAMP));
    assertThat(
        contract("shop"),
        allOf(
            containsString("digits with leading zeros (00501): kept as text"),
            containsString("1 to 2")));
  }

  @Test
  void guessesNoDateThatCanBeReadInTwoWays() throws IOException {
    Path file = file("days.csv", "a,b\n01/02/2026,1\n03/04/2026,2\n");
    Said said = execute("init", file.toString(), "--to=" + folder);
    assertThat(said.err(), said.code(), is(0));
    assertThat(
        said.out(),
        containsString(
            "decide     a: 'M/d/yyyy' or 'd/M/yyyy', and no value shows which: put the lines of one of them below in place of 'logicalType: string'."));
    PipelineDefinition definition =
        PipelineDefinition.load(folder.resolve("days.pipeline.yaml"), null);
    assertThat(field(definition, "a").type(), is(FieldType.STRING));
    assertThat(contract("days"), containsString("# logicalTypeOptions: {format: M/d/yyyy}"));
    Files.writeString(file, "a,b\n01/02/2026,1\n03/14/2026,2\n");
    assertThat(execute("init", file.toString(), "--to=" + folder, "--force").code(), is(0));
    assertThat(
        field(PipelineDefinition.load(folder.resolve("days.pipeline.yaml"), null), "a").type(),
        is(new FieldType.DateType("M/d/yyyy")));
  }

  @Test
  void findsHowCsvIsWritten() throws IOException {
    PipelineDefinition definition =
        init(
            file(
                "preise.csv",
                "# Preise\nName;Größe in cm;Preis\nÄpfel;1.234,5;NA\nBirnen;2,25;7,5\n",
                Charset.forName("windows-1252")));
    SourceSpec.CsvSpec csv = definition.source().text().csv();
    assertThat(csv.delimiter(), is(';'));
    assertThat(csv.comment(), is('#'));
    assertThat(csv.values().decimal(), is(','));
    assertThat(csv.values().thousands(), is('.'));
    assertThat(csv.values().nulls(), is(List.of("NA")));
    assertThat(definition.source().text().encoding(), is(SourceSpec.Encoding.WINDOWS_1252));
    Field size = field(definition, "grosse_in_cm");
    assertThat(size.physicalName(), is("Größe in cm"));
    assertThat(size.type(), is(FieldType.DOUBLE));
  }

  @Test
  void takesNoWordForNullThatAnotherColumnHasAsText() throws IOException {
    PipelineDefinition definition = init(file("regions.csv", "region,amount\nNA,1\nEU,NA\nAS,3\n"));
    assertThat(definition.source().text().csv().values().nulls(), is(List.of()));
    assertThat(field(definition, "amount").type(), is(FieldType.STRING));
    assertThat(contract("regions"), containsString("would be no text but for [NA]"));
  }

  @Test
  void guessesNoDateByItsFirstValueAlone() throws IOException {
    Path file = file("months.csv", "a,b\n01/01/2024,1\n01/02/2024,2\n01/03/2024,3\n");
    assertThat(execute("init", file.toString(), "--to=" + folder).out(), containsString("decide"));
    assertThat(
        field(PipelineDefinition.load(folder.resolve("months.pipeline.yaml"), null), "a").type(),
        is(FieldType.STRING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The comma is a point: nothing is grouped behind a zero.
        "0,567 | 1,250 | , | NONE | DOUBLE",
        "1.234,56 | 99,00 | , | . | DOUBLE",
        "99,00 | 1.234,56 | , | . | DOUBLE",
        "1,234,567 | 12 | . | , | LONG",
        "1,234.5 | 12 | . | , | DOUBLE",
        // Each reading is possible.
        "1,234 | 5,678 | . | NONE | STRING"
      })
  void takesSeparatorsThatAValueShows(
      String one, String two, String decimal, String thousands, FieldType.Kind kind)
      throws IOException {
    PipelineDefinition definition =
        init(file("numbers.csv", "n;v\na;" + one + "\nb;" + two + "\n"));
    SourceSpec.CsvValues values = definition.source().text().csv().values();
    assertThat(values.decimal(), is(decimal.charAt(0)));
    assertThat(values.thousands(), is(thousands.equals("NONE") ? (char) 0 : thousands.charAt(0)));
    assertThat(field(definition, "v").type().kind(), is(kind));
  }

  @Test
  void readsEveryColumnBySeparatorsThatOneShows() throws IOException {
    PipelineDefinition definition =
        init(file("umsatz.csv", "id;Umsatz;Stueck\n1;1.234,56;1.234\n2;99,00;567\n"));
    assertThat(field(definition, "Umsatz").type(), is(FieldType.DOUBLE));
    assertThat(field(definition, "Stueck").type(), is(FieldType.LONG));
  }

  @Test
  void keepsAllDigitsOfLongNumbers() throws IOException {
    PipelineDefinition definition =
        init(file("tweets.csv", "id,n\n1234567890123456789,1\n1234567890123456788,2\n"));
    assertThat(field(definition, "id").type(), is(FieldType.decimal(38, 0)));
  }

  @Test
  void asksWhereTheFirstLineMayBeEither() throws IOException {
    Path years = file("years.csv", "country,2019,2020\nDE,1,2\nFR,3,4\n");
    assertThat(
        execute("init", years.toString(), "--to=" + folder).out(),
        containsString(
            "the first line is read as a record, because of '2020'; if it names the columns, run init again with"
                + " --header=true."));
    assertThat(
        execute("init", years.toString(), "--to=" + folder, "--force", "--header=true").code(),
        is(0));
    assertThat(
        PipelineDefinition.load(folder.resolve("years.pipeline.yaml"), null).schema().names(),
        is(List.of("country", "c_2019", "c_2020")));
    Path texts = file("texts.csv", "alice,red\nbob,blue\n");
    assertThat(
        execute("init", texts.toString(), "--to=" + folder).out(),
        containsString("if it is a record, run init again with --header=false."));
    PipelineDefinition pandas = init(file("pandas.csv", ",a,b\n0,1,x\n1,2,y\n"));
    assertThat(pandas.schema().names(), is(List.of("a", "b")));
  }

  @Test
  void makesUpNamesWhereThereIsNoHeader() throws IOException {
    PipelineDefinition definition = init(file("bare.csv", "1\tx\n2\ty\n"));
    assertThat(definition.source().text().csv().hasHeader(), is(false));
    assertThat(definition.schema().names(), is(List.of("column_1", "column_2")));
  }

  @Test
  void leadsIntoTheObjectsOfJson() throws IOException {
    PipelineDefinition definition =
        init(
            file(
                "quakes.json",
                """
                {"type": "FeatureCollection", "features": [
                  {"type": "Feature", "id": "a", "properties": {"mag": 1.5, "time": 1700000000123,
                    "type": "quake", "odd.name": 1}, "geometry": {"coordinates": [1.5, 2]}},
                  {"type": "Feature", "id": "b", "properties": {"mag": 2, "time": 1700000100123,
                    "type": "blast", "odd.name": null}, "geometry": {"coordinates": [3, 4.5]}}]}
                """));
    assertThat(definition.source().text().json().path(), is(List.of("features")));
    assertThat(field(definition, "mag").physicalName(), is("$.properties.mag"));
    assertThat(
        field(definition, "time").type(),
        is(new FieldType.TimestampType("epoch_millis", ZoneOffset.UTC)));
    assertThat(field(definition, "type").physicalName(), is("type"));
    assertThat(field(definition, "properties_type").physicalName(), is("$.properties.type"));
    assertThat(field(definition, "odd_name").physicalName(), is("$.properties['odd.name']"));
    assertThat(field(definition, "coordinates").type(), is(arrayOfDoubles()));
  }

  private static FieldType arrayOfDoubles() {
    return new FieldType.ArrayType(Field.optional("element", FieldType.DOUBLE));
  }

  @Test
  void takesMixedValuesAsTextsAndLeavesOutWhatNoColumnHolds() throws IOException {
    PipelineDefinition definition =
        init(
            file(
                "mixed.jsonl",
                "{\"a\": 1776, \"b\": 1, \"c\": {\"x\": 1}}\n{\"a\": \"x\", \"b\": 2, \"c\": \"none\"}\n"));
    assertThat(field(definition, "a").type(), is(FieldType.SCALAR));
    assertThat(definition.schema().names(), is(List.of("a", "b")));
    assertThat(
        contract("mixed"), containsString("# Left out: 'c' is a single value in some records"));
  }

  @Test
  void takesTheTypesOfParquetFromItsSchema() throws Exception {
    Path file = folder.resolve("typed.parquet");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duckDb.createStatement()) {
      sql.execute(
          "COPY (SELECT 1::INTEGER AS i, 2::BIGINT AS l, 3::UBIGINT AS u, 1.5::DECIMAL(9,2) AS d,"
              + " 0.5::FLOAT AS f, 'x' AS s, true AS b, DATE '2026-01-02' AS day, TIME '10:00:00' AS t,"
              + " TIMESTAMP '2026-01-02 10:00:00' AS local, [1, 2] AS many, {'x': 1, 'y': 'z'} AS o,"
              + " MAP {'k': 1} AS m, 7 AS \"odd name\") TO '"
              + file
              + "' (FORMAT parquet)");
    }
    PipelineDefinition definition = init(file);
    assertThat(field(definition, "i").type(), is(FieldType.INT));
    assertThat(field(definition, "l").type(), is(FieldType.LONG));
    assertThat(field(definition, "u").type(), is(FieldType.decimal(20, 0)));
    assertThat(field(definition, "d").type(), is(FieldType.decimal(9, 2)));
    assertThat(field(definition, "f").type(), is(FieldType.FLOAT));
    assertThat(field(definition, "day").type(), is(FieldType.DATE));
    assertThat(field(definition, "t").type(), is(FieldType.TIME));
    assertThat(field(definition, "local").type(), is(FieldType.TIMESTAMP));
    assertThat(field(definition, "many").type().kind(), is(FieldType.Kind.ARRAY));
    assertThat(field(definition, "o").type().kind(), is(FieldType.Kind.OBJECT));
    assertThat(field(definition, "m").type(), is(FieldType.JSON_OBJECT));
    assertThat(field(definition, "odd_name").physicalName(), is("odd name"));
  }

  @Test
  void takesTheTypesOfAvroFromItsSchema() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [
                  {"name": "id", "type": "long"},
                  {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
                  {"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                  {"name": "kind", "type": {"type": "enum", "name": "k", "symbols": ["A", "B"]}},
                  {"name": "note", "type": ["null", "string"]},
                  {"name": "tags", "type": {"type": "array", "items": "string"}},
                  {"name": "either", "type": ["string", "long"]}]}
                """);
    Path file = folder.resolve("typed.avro");
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.create(schema, file.toFile());
      GenericRecord record = new GenericData.Record(schema);
      record.put("id", 1L);
      record.put("day", 20_000);
      record.put("d", ByteBuffer.wrap(new byte[] {100}));
      record.put("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "A"));
      record.put("note", "x");
      record.put("tags", List.of("x"));
      record.put("either", "text");
      writer.append(record);
    }
    PipelineDefinition definition = init(file);
    assertThat(definition.schema().names(), is(List.of("id", "day", "d", "kind", "note", "tags")));
    assertThat(field(definition, "day").type(), is(FieldType.DATE));
    assertThat(field(definition, "note").required(), is(false));
    assertThat(field(definition, "d").type(), is(FieldType.decimal(9, 2)));
    assertThat(field(definition, "kind").type(), is(FieldType.STRING));
    assertThat(
        contract("typed"), containsString("# Left out: 'either' is a union of several types"));
  }

  @Test
  void offersKeysThatDoNotRepeat() throws IOException {
    init(
        file("people.csv", "person_id,name,day\n1,a,2026-01-01\n2,b,2026-01-01\n3,a,2026-01-02\n"));
    String pipeline = Files.readString(folder.resolve("people.pipeline.yaml"));
    assertThat(
        pipeline,
        allOf(
            containsString("# (person_id has a different value in each of 3 records)"),
            containsString("#   latestBy: day"),
            containsString("eventTime: day")));
  }

  @Test
  void writesOverNothing() throws IOException {
    Path file = file("once.csv", "a,b\n1,2\n");
    init(file);
    String before = contract("once");
    Said again = execute("init", file.toString(), "--to=" + folder);
    assertThat(again.code(), is(ExitCode.USAGE.code()));
    assertThat(again.err(), containsString("is there already, and was not touched"));
    assertThat(contract("once"), is(before));
  }

  @Test
  void saysWhatCannotBeRead() throws IOException {
    Said missing = execute("init", folder.resolve("nothing.csv").toString(), "--to=" + folder);
    assertThat(missing.err(), missing.code(), is(ExitCode.INVALID.code()));
    assertThat(missing.err(), containsString("There is no file '"));
    Said empty = execute("init", file("empty.csv", "").toString(), "--to=" + folder);
    assertThat(empty.err(), containsString("is empty"));
    Said two =
        execute(
            "init",
            file("one.csv", "a,b\n1,2\n").toString(),
            file("two.json", "{\"a\": 1}").toString(),
            "--to=" + folder);
    assertThat(two.err(), containsString("run init once for each data set"));
    Said zip =
        execute(
            "init",
            file("x.zip", "PK\u0003\u0004\u0014\u0000\u0006\u0000\b\u0000\u0000\u0000!\u0000")
                .toString(),
            "--to=" + folder);
    assertThat(zip.err(), containsString("is a zip archive or an Excel workbook"));
    assertThat(zip.err(), not(containsString("Exception")));
  }
}
