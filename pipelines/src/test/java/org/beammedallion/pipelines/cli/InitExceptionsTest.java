package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code init} says where a few values differ from all others of their column. */
class InitExceptionsTest {

  @TempDir private Path folder;

  private String out = "";

  private int execute(String... arguments) {
    StringWriter text = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(text), new PrintWriter(text), arguments);
    out = text.toString();
    return code;
  }

  private static String lines(String header, int count, IntFunction<String> line) {
    return header
        + IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"))
        + "\n";
  }

  private void init(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    int code = execute("init", file.toString(), "--to=" + folder);
    assertThat(out, code, is(0));
  }

  private Path contract(String name) {
    return folder.resolve(name + ".odcs.yaml");
  }

  private FieldType type(String name, String field) {
    return PipelineDefinition.load(folder.resolve(name + ".pipeline.yaml"), null)
        .schema()
        .field(field)
        .type();
  }

  /** The lines that are offered make the column what they say, with one edit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-%02d|2026-02-30|DATE|39 of 40 values are dates, others are such as '2026-02-30'",
        "%02d.03.2026|32.03.2026|DATE|39 of 40 values are dates, others are such as '32.03.2026'",
        "2026-03-%02dT10:00:00Z|2026-03-25 10:00:00 Uhr|TIMESTAMP|39 of 40 values are timestamps",
        "%d|12x|LONG|39 of 40 values are integers, others are such as '12x'",
        "%d.25|1.2.3|DOUBLE|39 of 40 values are numbers, others are such as '1.2.3'"
      })
  void offersWhatNearlyAllValuesAre(String values, String other, String kind, String said)
      throws IOException {
    init(
        "d.csv",
        lines(
            "id;v\n",
            40,
            i ->
                "k"
                    + i
                    + ";"
                    + (i == 20 ? other : String.format(Locale.ROOT, values, i % 28 + 1))));
    assertThat(out, allOf(containsString("decide"), containsString("v: " + said)));
    assertThat(type("d", "v").kind(), is(FieldType.Kind.STRING));
    StringBuilder edited = new StringBuilder();
    boolean offered = false;
    for (String line : Files.readAllLines(contract("d"))) {
      if (offered || line.contains("name: \"v\"") || line.contains("name: v")) {
        offered = true;
        if (line.strip().equals("logicalType: string") || line.contains("logicalType: string  ")) {
          continue;
        }
        edited.append(
            line.matches(" *# (logicalType|logicalTypeOptions): .*")
                ? line.replaceFirst("# ", "")
                : line);
      } else {
        edited.append(line);
      }
      edited.append('\n');
    }
    Files.writeString(contract("d"), edited);
    assertThat(edited.toString(), type("d", "v").kind(), is(FieldType.Kind.valueOf(kind)));
    assertThat(
        execute("validate", folder.resolve("d.pipeline.yaml").toString(), "--sample=100"), is(0));
    assertThat(out, containsString("40 records of 1 file: 39 would be published, 1 rejected"));
  }

  @Test
  void saysThatSeveralOddTextsKeepAColumnOfDecimalCommasAText() throws IOException {
    init(
        "b.csv",
        lines(
            "id;v\n",
            60,
            i -> "k" + i + ";" + (i == 9 ? "1,2,3" : i == 8 ? "offen 5" : i + ",50")));
    assertThat(
        out,
        allOf(
            containsString("58 of 60 values are numbers"),
            containsString("say csv: {decimalSeparator: \",\"} in the pipeline file, and put")));
  }

  @Test
  void offersNumbersOfJsonAmongWhichAFewAreTexts() throws IOException {
    init(
        "j.jsonl",
        lines("", 50, i -> "{\"id\":\"k" + i + "\",\"v\":" + (i == 7 ? "\"n/v\"" : i) + "}"));
    assertThat(
        out, containsString("decide     v: 49 of 50 values are numbers, others are such as 'n/v'"));
  }

  @Test
  void takesNoTextForANearlyEqualKindWhereManyDiffer() throws IOException {
    init("t.csv", lines("id;v\n", 40, i -> "k" + i + ";" + (i % 5 == 0 ? "a" + i : "" + i)));
    assertThat(out, not(containsString("v: ")));
  }

  @Test
  void keepsDecimalsThatADoubleWouldRound() throws IOException {
    String number = "123456789012345001.25";
    init("p.csv", lines("id,v,w\n", 30, i -> i + "," + number + ",0.1234567890123456711"));
    assertThat(type("p", "v"), is(new DecimalType(20, 2)));
    assertThat(type("p", "w"), is(new DecimalType(20, 19)));
    init("q.jsonl", lines("", 30, i -> "{\"id\":" + i + ",\"v\":" + number + ",\"x\":0.1}"));
    assertThat(type("q", "v"), is(new DecimalType(20, 2)));
    assertThat(type("q", "x"), is(new FieldType.FloatType(64)));
    String lake = folder.resolve("lake").toString();
    assertThat(
        execute("run", folder.resolve("q.pipeline.yaml").toString(), "--lake=" + lake), is(0));
    assertThat(
        execute(
            "read",
            folder.resolve("q.pipeline.yaml").toString(),
            "silver.q",
            "--lake=" + lake,
            "--limit=1"),
        is(0));
    assertThat(out, containsString(new BigDecimal(number).toPlainString()));
  }

  /** As where files were put together by hand: the words of the header are no values. */
  @Test
  void takesTheHeaderInTheMiddleOfAFileForNoRecord() throws IOException {
    init("both.csv", "id,v\n1,10\n2,20\nid,v\n3,30\n");
    assertThat(
        Files.readString(contract("both")),
        allOf(
            containsString("1 record of "),
            containsString(" is the header once more, and would be rejected.")));
    assertThat(out, not(containsString("nullValue")));
    assertThat(type("both", "v"), is(new FieldType.IntegerType(64)));
  }

  @Test
  void bearsExponentsOfAnySize() throws IOException {
    init(
        "e.csv",
        lines(
            "id,v\n",
            90,
            i -> i + "," + (i == 3 ? "1e+999999999" : i == 4 ? "1e+99999999999" : "1.5")));
    assertThat(
        out,
        containsString("v: more digits than a floating-point number holds, such as 1E+999999999"));
    init("f.jsonl", lines("", 90, i -> "{\"v\":" + (i == 3 ? "1e999999999" : "1.5") + "}"));
    assertThat(out, containsString("v: more digits than a floating-point number holds"));
  }

  @Test
  void asksWhatNinesMeanThatAreFarFromAllOtherNumbers() throws IOException {
    init(
        "s.csv", lines("id,v,w\n", 60, i -> i + "," + (i % 9 == 0 ? "-999" : i) + "," + (900 + i)));
    assertThat(
        out,
        allOf(
            containsString("v: [-999] (7 of 60) is far from the others, which are 1 to 59"),
            containsString("say 'csv: {nullValue: [\"-999\"]}' in the pipeline file"),
            not(containsString("w: ["))));
    init("t.jsonl", lines("", 60, i -> "{\"v\":" + (i % 9 == 0 ? "-999.0" : i + ".5") + "}"));
    assertThat(out, containsString("v: [-999] (7 of 60) is far from the others"));
  }

  @Test
  void readsAnAccessLog() throws IOException {
    init(
        "access.log",
        lines(
            "",
            30,
            i ->
                "10.1.1."
                    + i
                    + " - - [27/Mar/2026:00:00:"
                    + (10 + i)
                    + " +0100] \"GET /a?x=1 HTTP/1.1\" 200 "
                    + i
                    + " \"-\" \"Mozilla/5.0 (X11)\""));
    assertThat(out, containsString("30 records of 1 file: 30 would be published, 0 rejected"));
    assertThat(
        Files.readString(folder.resolve("access.pipeline.yaml")),
        containsString("csv: {delimiter: \" \", header: false"));
    assertThat(type("access", "column_8").kind(), is(FieldType.Kind.LONG));
  }

  /** Written by DuckDB. */
  @Test
  void readsListsOfStructsOfParquet() throws Exception {
    Path file = folder.resolve("l.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute(
          "COPY (SELECT 1 a, [{'x': 1, 'y y': [{'z': 2}]}] l) TO '" + file + "' (FORMAT parquet)");
    }
    assertThat(execute("init", file.toString(), "--to=" + folder), is(0));
    ArrayType list = (ArrayType) type("l", "l");
    assertThat(((ObjectType) list.element().type()).schema().names().toString(), is("[x, y_y]"));
    String lake = folder.resolve("lake").toString();
    assertThat(
        execute("run", folder.resolve("l.pipeline.yaml").toString(), "--lake=" + lake), is(0));
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT l[1].x, l[1].y_y[1].z FROM '" + lake + "/silver/l/**/*.parquet'")) {
      assertThat(row.next(), is(true));
      assertThat(row.getInt(1) + " " + row.getInt(2), is("1 2"));
    }
  }

  @Test
  void aRunSaysThatAllWasRejectedUnderAnEarlierContract() throws IOException {
    init("w.csv", lines("id,v\n", 30, i -> i + ",x" + i));
    Path pipeline = folder.resolve("w.pipeline.yaml");
    String right = Files.readString(contract("w"));
    Files.writeString(contract("w"), right.replace("logicalType: string", "logicalType: integer"));
    String lake = "--lake=" + folder.resolve("lake");
    assertThat(execute("run", pipeline.toString(), lake), is(8));
    Files.writeString(contract("w"), right);
    assertThat(execute("run", pipeline.toString(), lake), is(0));
    assertThat(
        out,
        allOf(
            containsString("w: nothing new"),
            containsString("All records of one file were rejected when it was read (w.csv)"),
            containsString("--takeAgain=w.csv")));
    assertThat(execute("run", pipeline.toString(), lake, "--takeAgain=w.csv"), is(0));
    assertThat(execute("run", pipeline.toString(), lake), is(0));
    assertThat(out, not(containsString("were rejected")));
  }
}
