package org.beammedallion.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code init} says of files that it cannot take as they are, and what comes next. */
class InitDoubtsTest {

  @TempDir private Path folder;

  private record Said(int code, String out, String err) {}

  private static Said execute(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Said(code, out.toString(), err.toString());
  }

  private Said init(String name, String content, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    List<String> words = new ArrayList<>(List.of("init", file.toString(), "--to=" + folder));
    words.addAll(List.of(more));
    return execute(words.toArray(String[]::new));
  }

  private PipelineDefinition definition(String name) {
    return PipelineDefinition.load(pipeline(name), null);
  }

  private Path pipeline(String name) {
    return folder.resolve(name + ".pipeline.yaml");
  }

  private String next(String name) {
    return "medallion run " + pipeline(name) + " --lake=lake\n";
  }

  @Test
  void tellsOfColumnsWithoutAName() throws IOException {
    Said said = init("rows.csv", "\"\",n,\"\"\n\"Mazda\",21,\n\"Fiat\",32,x\n");

    assertThat(said.err(), said.code(), is(0));
    assertThat(
        said.out(),
        allOf(
            containsString(
                "decide     2 columns (1, 3) of the file have no name but 3 values, which are left out."),
            containsString(
                "left out: column 1 without a name (2), column 3 without a name (1), which"),
            endsWith("next: look at the lines 'decide', then " + next("rows"))));
    Said run = execute("run", pipeline("rows").toString(), "--lake=" + folder.resolve("lake"));
    assertThat(run.out(), containsString("(column 1 without a name 2, column 3 without a name 1)"));
  }

  @Test
  void saysNothingOfAnEmptyColumnBehindTheLastDelimiter() throws IOException {
    Said said = init("cars.csv", "name;n;\nMazda;21;\nFiat;32;\n");

    assertThat(said.out(), not(containsString("decide")));
    assertThat(said.out(), endsWith("next: " + next("cars")));
    assertThat(definition("cars").schema().names(), is(List.of("name", "n")));
  }

  @Test
  void takesTextsForNamesThoughOneIsMissingOrTwiceThere() throws IOException {
    Said trailing = init("towns.csv", "name;town;\nAnn;Rome;\nBob;Oslo;\n");
    assertThat(
        trailing.out(),
        allOf(
            containsString("2 records of 1 file: 2 would be published, 0 rejected"),
            containsString("decide     the first line is taken for the names of the columns"),
            endsWith("next: look at the lines 'decide', then " + next("towns"))));
    assertThat(definition("towns").schema().names(), is(List.of("name", "town")));
    init("twice.csv", "name,town,town\nAnn,Rome,Bonn\nBob,Oslo,Bern\n");
    assertThat(definition("twice").schema().names(), is(List.of("name")));
    init("wide.csv", "id,seen,,,,rank,\n1,x,y,z,,2,3\n2,,y,,w,1,4\n");
    assertThat(definition("wide").schema().names(), is(List.of("id", "seen", "rank")));
    init("title.csv", "Report,,\nid,name,town\n1,Ann,Rome\n");
    assertThat(definition("title").source().text().csv().hasHeader(), is(false));
    assertThat(init("gap.csv", "a,,c,\n1,2,3,4\n").code(), is(0));
    assertThat(definition("gap").schema().names(), is(List.of("a", "c")));
  }

  @Test
  void takesTextsForARecordWhereOneComesAgainInItsColumn() throws IOException {
    Said said = init("answers.csv", "yes,no,yes\nno,no,yes\nyes,maybe,no\n");

    assertThat(said.out(), containsString("decide     the first line is read as a record"));
    assertThat(said.out(), endsWith("next: look at the lines 'decide', then " + next("answers")));
    assertThat(definition("answers").source().text().csv().hasHeader(), is(false));
  }

  @Test
  void leavesOutColumnsWithTheSameName() throws IOException {
    Said said = init("dup.csv", "a,b,a,c\n1,2,3,4\n5,6,7,8\n", "--header=true");

    assertThat(said.err(), said.code(), is(0));
    assertThat(
        said.out(),
        allOf(
            containsString("decide     several columns of the file are named 'a', so"),
            containsString("2 would be published, 0 rejected"),
            containsString("left out: a (4)")));
    assertThat(definition("dup").schema().names(), is(List.of("b", "c")));
    Said none = init("same.csv", "a,a\n1,2\n", "--header=true");
    assertThat(none.code(), is(ExitCode.INVALID.code()));
    assertThat(none.err(), containsString("gives no column a name of its own"));
  }

  @Test
  void refusesFilesWithoutACommonColumn() throws IOException {
    for (String[] pair :
        List.of(
            new String[] {"a.csv", "x,y\n1,2\n", "b.csv", "p,q\n3,4\n"},
            new String[] {"a.json", "{\"x\": 1, \"y\": 2}", "b.json", "{\"p\": 1, \"q\": 2}"})) {
      Path other = Files.writeString(folder.resolve(pair[2]), pair[3]);
      Said said = init(pair[0], pair[1], other.toString());
      assertThat(said.out(), said.code(), is(ExitCode.INVALID.code()));
      assertThat(
          said.err(),
          allOf(
              containsString("('x', 'y')"),
              containsString("('p', 'q') have no column in common: run init once for each")));
    }
    Path like = Files.writeString(folder.resolve("like.csv"), "X,z\n3,4\n");
    assertThat(init("a.csv", "x,y\n1,2\n", like.toString()).code(), is(0));
  }

  /** A point may stand before a fraction or before a group: 51.859 is a latitude, 1.500 a stock. */
  @Test
  void decidesNothingOfPointsThatMayStandBeforeGroups() throws IOException {
    Said mixed = init("shops.csv", "name;sales;lat\nA;9.129,69;51.859\nB;12,50;47.260\n");
    assertThat(
        mixed.out(),
        allOf(
            containsString("decide     lat: numbers such as 51.859: kept as text"),
            containsString("Other columns have decimal commas")));
    assertThat(
        definition("shops").schema().field("sales").type().kind(), is(FieldType.Kind.DOUBLE));
    assertThat(definition("shops").schema().field("lat").type().kind(), is(FieldType.Kind.STRING));
    Said alone = init("stock.csv", "name;stock\nA;1.500\nB;2.000\nC;12.000\n");
    assertThat(alone.out(), containsString("decide     stock: numbers such as 1.500"));
    assertThat(
        definition("stock").schema().field("stock").type().kind(), is(FieldType.Kind.STRING));
  }

  @Test
  void readsPointsThatCanOnlyStandBeforeAFraction() throws IOException {
    for (String[] file :
        List.of(
            new String[] {"a.csv", "name;x\nA;1.505\nB;0.25\n"},
            new String[] {"b.csv", "name;x\nA;1.500\nB;1234\n"},
            new String[] {"c.csv", "name;x;y\nA;1.500;2.5\nB;2.000;3.5\n"},
            new String[] {"d.csv", "name,x\nA,1.500\nB,2.000\n"})) {
      Said said = init(file[0], file[1]);
      assertThat(file[1], said.out(), not(containsString("decide     x")));
      String name = file[0].substring(0, 1);
      assertThat(
          file[1], definition(name).schema().field("x").type().kind(), is(FieldType.Kind.DOUBLE));
    }
  }

  /** What a number would lose, or make something else of. */
  @Test
  void keepsCodesThatLookLikeNumbers() throws IOException {
    Said said =
        init(
            "codes.csv",
            "version,phone,part,price,change\n1.1,+491705279348,12E5,1.50,+1\n10.20,+491705279349,12345,12.25,-3\n1.9,+4917052793,77e3,3.00,+2\n");
    assertThat(
        said.out(),
        allOf(
            containsString("decide     version: numbers or codes such as 10.20 beside 1.1"),
            containsString("decide     part: numbers or codes such as 12E5")));
    RecordSchema schema = definition("codes").schema();
    assertThat(
        schema.fields().stream().map(field -> field.type().kind()).toList(),
        is(
            List.of(
                FieldType.Kind.STRING,
                FieldType.Kind.STRING,
                FieldType.Kind.STRING,
                FieldType.Kind.DOUBLE,
                FieldType.Kind.LONG)));
    assertThat(
        Files.readString(folder.resolve("codes.odcs.yaml")),
        containsString("behind a plus, as in phone numbers (+491705279348): kept as text"));
  }

  @Test
  void takesNothingForNullForTheSakeOfPhoneNumbers() throws IOException {
    init("phones.csv", "name,phone\nA,+4917052793\nB,NA\nC,+4917052794\nD,NA\nE,+4917052795\n");
    assertThat(
        definition("phones").schema().field("phone").type().kind(), is(FieldType.Kind.STRING));
    assertThat(Files.readString(pipeline("phones")), not(containsString("nullValue")));
  }

  @Test
  void takesALineForARecordAlsoWhereItIsTheOnlyOne() throws IOException {
    init("one.jsonl", "{\"id\": 1, \"items\": [{\"a\": 1}, {\"a\": 2}]}\n");
    assertThat(definition("one").schema().names(), is(List.of("id", "items")));
  }

  /** A timestamp of epoch_millis takes a text with a number. */
  @Test
  void asksForNoCorrectionOfNumbersInTexts() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String millis = "17000000" + (10_000 + i);
      lines.append("{\"ts\": ").append(i % 20 == 0 ? '"' + millis + '"' : millis).append("}\n");
    }
    Said said = init("texts.jsonl", lines.toString());
    assertThat(said.out(), containsString("'1700000010000', which a timestamp takes: if they are"));
    Path contract = folder.resolve("texts.odcs.yaml");
    String mended =
        Files.readString(contract)
            .replaceAll("customProperties:\\s+- property: takesScalars\\s+value: true", "")
            .replaceAll("logicalType: string.*", "logicalType: timestamp")
            .replaceAll("# (logicalTypeOptions: .*)", "$1");
    Files.writeString(contract, mended);
    assertThat(
        execute("validate", pipeline("texts").toString(), "--sample=100").out(),
        containsString("40 would be published, 0 rejected"));
  }

  /** As in a log that was rotated. */
  @Test
  void readsLinesOfJsonBehindABrokenOne() throws IOException {
    String lines = "{\"id\": 1, \"a\": 2}\n{\"id\": 2, \"a\": 3}\n{\"id\": 3, \"a\": 4}\n";
    for (String first : List.of("2\", \"a\": 7}\n", "{\"id\": 0, \"a\"\n", "{\"id\": NaN}\n")) {
      Said said = init("log.jsonl", first + lines, "--force");
      assertThat(said.err(), said.code(), is(0));
      assertThat(definition("log").schema().names(), is(List.of("id", "a")));
      assertThat(said.out(), containsString("1 rejected"));
    }
  }

  @Test
  void readsWhatComesBeforeTheDamageOfAFile() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 20_000; i++) {
        gzip.write(
            (i == 0 ? "id,name\n" : i + ",name of " + i * 7919L % 10007 + "\n").getBytes(UTF_8));
      }
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    Path file = Files.write(folder.resolve("trips.csv.gz"), half);
    Said said = execute("init", file.toString(), "--to=" + folder);
    assertThat(said.err(), said.code(), is(0));
    assertThat(definition("trips").schema().names(), is(List.of("id", "name")));
    assertThat(
        Files.readString(folder.resolve("trips.odcs.yaml")),
        containsString("trips.csv.gz is damaged or ends early, after "));
    Path none = Files.write(folder.resolve("none.csv.gz"), Arrays.copyOf(half, 5));
    Said refused = execute("init", none.toString(), "--to=" + folder);
    assertThat(refused.err(), containsString("none.csv.gz cannot be read: "));
  }

  @Test
  void warnsWhereMostWouldBeRejected() throws IOException {
    Path other = Files.writeString(folder.resolve("u.csv"), "a;b\n1;2\n");
    Said refused = init("t.csv", "a,b\n1,2\n", other.toString());
    assertThat(refused.out() + refused.err(), refused.code(), is(0));
    assertThat(
        refused.out(),
        allOf(
            containsString("warning    1 of the 2 files that were read would be refused"),
            containsString("next: correct what is behind the lines 'warning'; medallion validate"),
            not(containsString("medallion run"))));
    Said most = init("odd.csv", "a,b\n1,2\n1\n2\n3\n");
    assertThat(
        most.out(),
        allOf(
            containsString("warning    3 of the 4 records that were read would be rejected"),
            not(containsString("medallion run"))));
  }

  @Test
  void namesTheColumnThatIsNearlyAKey() throws IOException {
    StringBuilder rows = new StringBuilder("kind,id\n");
    for (int i = 0; i < 60; i++) {
      rows.append("k").append(i % 3).append(',').append(i).append('\n');
    }
    rows.append("k1,1\nk2,2\n");
    assertThat(init("near.csv", rows.toString()).code(), is(0));
    assertThat(
        Files.readString(pipeline("near")),
        allOf(
            containsString(
                "# id is nearly a key: it differs in 60 of 62 records; 2 records repeat"),
            containsString("#   write: upsert"),
            not(containsString("…"))));
    init("far.csv", "kind,id\na,1\na,1\nb,2\n");
    assertThat(
        Files.readString(pipeline("far")),
        containsString("# No column, and no two columns together"));
  }

  @Test
  void saysThatAFileHasOnlyEmptyLines() throws IOException {
    Said lines = init("blank.csv", "\n\n\n");
    assertThat(lines.code(), is(ExitCode.INVALID.code()));
    assertThat(
        lines.err(),
        allOf(
            containsString(
                "blank.csv has no line that is a record of CSV by any of the delimiters"),
            not(containsString("odcs.yaml"))));
    Said object = init("none.json", "{}");
    assertThat(object.err(), containsString("has no field that a column could hold"));
  }

  @Test
  void saysHowLaterFilesAreTaken() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path march = Files.writeString(data.resolve("sales-2026.03.csv"), "a,b\n1,2\n");
    assertThat(execute("init", march.toString(), "--to=" + folder, "--name=sales").code(), is(0));
    assertThat(
        Files.readString(folder.resolve("sales.odcs.yaml")),
        containsString("it is one file, and 'data/*.csv' takes later ones beside it"));
    String[] run = {"run", pipeline("sales").toString(), "--lake=" + folder.resolve("lake")};
    assertThat(execute(run).out(), not(containsString("The source is one file")));
    Files.writeString(data.resolve("sales-2026.04.csv"), "a,b\n3,4\n");
    assertThat(
        execute(run).out(),
        allOf(
            containsString("nothing new"),
            containsString("sales-2026.03.csv. To read later files beside it, write"),
            containsString("data/*.csv as its 'path'")));
  }

  @Test
  void takesLaterFilesThatAreCalledAlike() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("readme.csv"), "x\n1\n");
    Path march = Files.writeString(data.resolve("sales-03.csv"), "a,b\n1,2\n");
    Path april = Files.writeString(data.resolve("sales-04.csv"), "a,b\n3,4\n");
    Path other = Files.writeString(data.resolve("other.csv"), "a,b\n5,6\n");
    String to = "--to=" + folder;
    String[] alike = {"init", march.toString(), april.toString(), to, "--name=sales"};
    assertThat(execute(alike).code(), is(0));
    assertThat(
        Files.readString(folder.resolve("sales.odcs.yaml")),
        containsString("path: \"data/sales-0*.csv\""));
    String[] unlike = {"init", march.toString(), other.toString(), to, "--name=some"};
    assertThat(execute(unlike).code(), is(0));
    assertThat(
        Files.readString(folder.resolve("some.odcs.yaml")),
        allOf(
            containsString("path: \"data/{sales-03.csv,other.csv}\""),
            containsString("these files and no later ones: * stands for any name")));
  }

  @Test
  void proposesAGoldTableThatIsValidForFewRecords() throws IOException {
    init("g.csv", "id;day;v\n1;2026-01-05;10\n2;2026-01-06;11\n3;2026-02-07;30\n");
    String text = Files.readString(pipeline("g"));
    int gold = text.indexOf("# gold:");
    assertThat(text, containsString("eventTime: day"));
    Files.writeString(
        pipeline("g"), text.substring(0, gold) + text.substring(gold).replaceAll("(?m)^# ", ""));
    assertThat(definition("g").gold().aggregates().size(), is(1));
    assertThat(
        Files.readString(folder.resolve("g.odcs.yaml")),
        containsString("# required, because the pipeline file has it as eventTime"));
  }
}
