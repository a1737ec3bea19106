package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.IntFunction;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.quality.schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code init} on values that are nearly something else than texts. */
class InitGuessTest {

  @TempDir private Path folder;
  private String out = "";

  private int execute(String... arguments) {
    StringWriter text = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(text), new PrintWriter(text), arguments);
    out = text.toString();
    return code;
  }

  /** Drafts both files for a CSV file named t, of a header and 100 rows. */
  private PipelineDefinition init(String header, IntFunction<String> row) throws IOException {
    StringBuilder text = new StringBuilder(header).append('\n');
    for (int i = 0; i < 100; i++) {
      text.append(row.apply(i)).append('\n');
    }
    return init("t.csv", text.toString());
  }

  private PipelineDefinition init(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    assertThat(execute("init", file.toString(), "--to=" + folder, "--force"), is(0));
    assertThat(out, containsString(" 0 rejected"));
    return load();
  }

  private PipelineDefinition load() throws IOException {
    return PipelineDefinition.load(folder.resolve("t.pipeline.yaml"), null);
  }

  private static FieldType type(PipelineDefinition definition, String name) {
    return definition.schema().field(name).type();
  }

  private String contract() throws IOException {
    return Files.readString(folder.resolve("t.odcs.yaml"));
  }

  private String pipeline() throws IOException {
    return Files.readString(folder.resolve("t.pipeline.yaml"));
  }

  @Test
  void takesTheOnlyTextAmongNumbersAndDatesForAMissingValue() throws IOException {
    PipelineDefinition definition =
        init(
            "Name;Preis;Menge;Tag",
            i ->
                "n"
                    + i
                    + (i % 20 == 7
                        ? ";k.A.;k.A.;k.A."
                        : ";1." + (100 + i) + ",5;" + i + ";" + (1 + i % 28) + ".10.2026"));
    SourceSpec.CsvValues values = definition.source().text().csv().values();
    assertThat(values.nulls(), is(List.of("k.A.")));
    assertThat(values.decimal(), is(','));
    assertThat(values.thousands(), is('.'));
    assertThat(type(definition, "Preis"), is(FieldType.DOUBLE));
    assertThat(type(definition, "Menge"), is(FieldType.LONG));
    assertThat(type(definition, "Tag"), is(new FieldType.DateType("d.M.yyyy")));
    assertThat(contract(), containsString("missing where it is [k.A.] (5 of 100)"));
    assertThat(pipeline(), containsString("[k.A.] (5 of 100) among the values of Preis"));
  }

  @Test
  void keepsATextThatMayBeMoreThanMissing() throws IOException {
    // Other columns have it as a text, or it may be a code, or it is no exception.
    PipelineDefinition definition =
        init(
            "note,price,floor,often,once,quoted",
            i ->
                (i == 3 ? "free" : i % 2 == 0 ? "x" : "y")
                    + (i % 20 == 7 ? ",free" : "," + i + ".5")
                    + (i % 20 == 7 ? ",G" : "," + i)
                    + (i % 3 == 0 ? ",open" : "," + i)
                    + (i == 7 ? ",oops" : "," + i)
                    + (i % 20 == 7 ? ",\"none given\"" : "," + i));
    for (String name : List.of("price", "floor", "often", "once", "quoted")) {
      assertThat(name, type(definition, name), is(FieldType.STRING));
    }
    assertThat(definition.source().text().csv().values().nulls(), is(List.of()));
    assertThat(
        contract(),
        allOf(
            containsString(
                "would be a number but for [free] (5 of 100): if that means a missing value, say 'csv: {nullValue:"
                    + " [\"free\"]}' in the pipeline file, which makes it null in note too, and put the lines below in place of 'logicalType: string'"),
            containsString("would be an integer but for [G] (5 of 100)"),
            containsString("would be an integer but for [open] (34 of 100)"),
            containsString("would be an integer but for [oops] (1 of 100)"),
            containsString(
                "would be an integer but for [none given] (5 of 100), in quotes: a text in quotes is never null")));
    assertThat(out, containsString("decide     price: would be a number but for [free]"));
  }

  @Test
  void offersBothReadingsBesideAMarker() throws IOException {
    PipelineDefinition definition =
        init(
            "a;b",
            i -> i + (i % 20 == 7 ? ";tba" : ";0" + (1 + i % 9) + "/0" + (1 + i % 8) + "/2026"));
    assertThat(type(definition, "b"), is(FieldType.STRING));
    assertThat(definition.source().text().csv().values().nulls(), is(List.of()));
    assertThat(
        contract(),
        allOf(
            containsString("would be no text but for [tba] (5 of 100)"),
            containsString("'M/d/yyyy' or 'd/M/yyyy', and no value shows which")));
  }

  @Test
  void offersTrimOnlyForBlanksThatItTakesAway() throws IOException {
    init("a,b", i -> i + ",\" in quotes \"");
    assertThat(pipeline(), not(containsString("trim")));
    init("a,b", i -> i + ", x" + i);
    assertThat(pipeline(), containsString("'trim: true' takes them away"));
  }

  @Test
  void readsYearsOfTwoDigitsWhereTheOrderShows() throws IOException {
    PipelineDefinition definition =
        init(
            "at,day,born,german",
            i ->
                "10/%d/17 22:59,%d/9/24,1/%d/%02d,%d.3.21"
                    .formatted(1 + i % 28, 1 + i % 9, 1 + i % 28, i, 1 + i % 28));
    assertThat(
        type(definition, "at"),
        is(new FieldType.TimestampType("M/d/yy{1950} HH:mm", ZoneOffset.UTC)));
    assertThat(type(definition, "german"), is(new FieldType.DateType("d.M.yy{1950}")));
    assertThat(contract(), containsString("years of two digits are read as 1950 to 2049\n"));
    // The order shows, the century does not.
    assertThat(type(definition, "born"), is(new FieldType.DateType("M/d/yy{1950}")));
    assertThat(
        out,
        allOf(
            containsString(
                "decide     born: years of two digits are read as 1950 to 2049, and 1/3/30 may be of another century: set the"
                    + " first year in twoDigitYearsFrom."),
            not(containsString("decide     at")),
            not(containsString("decide     german"))));
    // Neither does.
    assertThat(type(definition, "day"), is(FieldType.STRING));
    assertThat(
        out, containsString("decide     day: 'M/d/yy' or 'd/M/yy', and no value shows which"));
    uncomment("d/M/yy");
    assertThat(type(load(), "day"), is(new FieldType.DateType("d/M/yy{1950}")));
    assertThat(
        execute("validate", folder.resolve("t.pipeline.yaml").toString(), "--sample=100"), is(0));
    assertThat(out, containsString("100 would be published, 0 rejected"));
  }

  /** Takes the commented lines of a property that are of a format in place of its type. */
  private void uncomment(String format) throws IOException {
    String[] lines = contract().split("\n");
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].contains("# logicalTypeOptions: {format: " + format + "}")) {
        int type = i - 1;
        while (!lines[type].strip().startsWith("logicalType:")) {
          type--;
        }
        lines[type] = lines[i - 1].replaceFirst("# ", "");
        lines[i - 1] = "";
        lines[i] = lines[i].replaceFirst("# ", "");
        if (lines[i + 1].contains("# customProperties")) {
          lines[i + 1] = lines[i + 1].replaceFirst("# ", "");
        }
      }
    }
    Files.writeString(folder.resolve("t.odcs.yaml"), String.join("\n", lines));
  }

  @Test
  void saysWhatTextsAndNumbersLookLike() throws IOException {
    PipelineDefinition definition =
        init(
            "price,share,day,millis,time",
            i ->
                "\"$%d,000\",%d%%,1014%d,%s,%d"
                    .formatted(
                        1 + i,
                        i,
                        1950 + i % 70,
                        i < 4 ? "late " + i : "17000000" + (10000 + i),
                        1_700_000_000L + i));
    assertThat(type(definition, "day"), is(FieldType.LONG));
    assertThat(type(definition, "millis"), is(FieldType.STRING));
    assertThat(
        contract(),
        allOf(
            containsString("amounts with a currency sign such as $1,000: kept as text"),
            containsString("numbers with a percent sign such as 0%: kept as text"),
            containsString("looks like a date without separators, 'MMddyyyy': if it is one"),
            containsString("# logicalType: date   # in place of integer"),
            containsString(
                "96 of 100 values: looks like epoch_millis, by which 1700000010004 is 2023-11-14T22:13:30Z; others are texts such as 'late 0'"),
            containsString(
                "looks like epoch_seconds, by which 1700000000 is 2023-11-14T22:13:20Z")));
    uncomment("MMddyyyy");
    uncomment("epoch_seconds");
    assertThat(type(load(), "day"), is(new FieldType.DateType("MMddyyyy")));
    assertThat(
        execute("validate", folder.resolve("t.pipeline.yaml").toString(), "--sample=100"), is(0));
    assertThat(out, containsString("100 would be published, 0 rejected"));
  }

  @Test
  void saysThatMostNumbersOfJsonAreTimestamps() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines
          .append("{\"v\": ")
          .append(i == 50 ? "\"unknown\"" : "17000000" + (10000 + i))
          .append("}\n");
    }
    assertThat(type(init("t.jsonl", lines.toString()), "v"), is(FieldType.SCALAR));
    assertThat(
        contract(),
        allOf(
            containsString("99 of 100 values: looks like epoch_millis"),
            containsString("such as 'unknown'"),
            containsString("# logicalTypeOptions: {format: epoch_millis}")));
  }

  @Test
  void sumsOnlyMeasuresAndGroupsByFewTexts() throws IOException {
    init(
        "day,name,year,customer_id,shop,quantity",
        i ->
            "2026-01-%02d,n%d,%d,%d,%s,%d"
                .formatted(
                    1 + i % 28, i / 2, 2000 + i % 20, i % 30, i % 2 == 0 ? "a" : "b", i % 7));
    assertThat(
        pipeline(),
        allOf(
            containsString(
                "#       SELECT `shop`, COUNT(*) AS `records`, SUM(`quantity`) AS `sum_quantity`"),
            containsString("#       GROUP BY `shop`")));
    init(
        "day,name,year,zip",
        i -> "2026-01-%02d,n%d,%d,%d".formatted(1 + i % 28, i / 2, 2000 + i % 20, 10000 + i % 9));
    assertThat(pipeline(), containsString("#       SELECT COUNT(*) AS `records`\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100})
  void proposesADimensionWhereNothingTellsTheTime(int rows) throws IOException {
    StringBuilder text = new StringBuilder("size,name\n");
    for (int i = 0; i < rows; i++) {
      text.append(i).append(",n").append(i).append('\n');
    }
    init("t.csv", text.toString());
    String commented = pipeline();
    assertThat(
        commented,
        allOf(
            containsString(
                "# Gold without time needs a dimension today: a table with one row for each key."),
            containsString("#     key: name\n")));
    int gold = commented.indexOf("# gold:");
    Files.writeString(
        folder.resolve("t.pipeline.yaml"),
        commented.substring(0, gold) + commented.substring(gold).replaceAll("(?m)^# ", ""));
    assertThat(load().gold().dimensions().get(0).table(), is("dim_t"));
    assertThat(
        execute(
            "run",
            folder.resolve("t.pipeline.yaml").toString(),
            "--lake=" + folder.resolve("lake")),
        is(0));
  }

  @Test
  void proposesNoGoldWithoutTimeAndKey() throws IOException {
    init("name,v", i -> "n" + i % 5 + "," + i % 3);
    assertThat(
        pipeline(), containsString("# There is no key either, so no gold table is proposed."));
  }
}
