package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code validate --sample}: what would be rejected, and what is likely to mend it. */
class ValidateSampleTest {

  @TempDir private Path folder;

  private String out = "";

  private int execute(String... arguments) {
    StringWriter text = new StringWriter();
    StringWriter err = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(text), new PrintWriter(err), arguments);
    out = text + err.toString();
    return code;
  }

  private Path pipeline(String format, String properties, String options) throws IOException {
    Files.writeString(
        folder.resolve("c.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: c
        version: 1.0.0
        servers:
          - {server: files, type: local, path: in/*, format: FORMAT}
        schema:
          - name: t
            properties: [PROPERTIES]
        """
            .replace("FORMAT", format)
            .replace("PROPERTIES", properties));
    Files.createDirectories(folder.resolve("in"));
    return Files.writeString(
        folder.resolve("p.pipeline.yaml"),
        "pipeline: p\ncontract: c.odcs.yaml\nsource: {server: files"
            + options
            + "}\nsilver: {write: append}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "date|Jun 12 1998|the dates look like 'MMM d yyyy': say 'format' in the logicalTypeOptions of 'v'.",
        "date|01/02/2026|the dates look like 'M/d/yyyy' (or 'd/M/yyyy', which fits as well)",
        "date|10/22/12|the dates look like 'M/d/yy': say 'format' in the logicalTypeOptions of 'v', and the first year that two digits mean, such as 'customProperties: [{property: twoDigitYearsFrom, value: 1950}]'.",
        "timestamp|2026/01/02 10:00:00|the timestamps look like 'yyyy/M/d HH:mm:ss'",
        "timestamp|1700000000123|say 'format: epoch_millis' in the logicalTypeOptions of 'v'",
        "timestamp|1700000000|say 'format: epoch_seconds'",
        "time|10:00 AM|the times look like 'h:mm a'",
        "number|NA|say 'csv: {nullValue: [\"NA\"]}' in the source of the pipeline file",
        "number|\"1,234\"|say 'csv: {thousandsSeparator: \",\"}' in the source of the pipeline file.",
        "number|\"1,5\"|say 'csv: {decimalSeparator: \",\"}' in the source of the pipeline file.",
        "number|\"1.234,5\"|with 'thousandsSeparator: \".\"'.",
        "integer|' 7'|say 'csv: {trim: true}' in the source of the pipeline file",
        "integer|1.5|say 'logicalType: number' of 'v' in the contract.",
        "number|k.A.|'csv: {nullValue: [\"k.A.\"]}' in the source of the pipeline file, if 'k.A.' stands for a missing value",
        "number|\"$4,000\"|say 'logicalType: string' of 'v' in the contract: a number has no currency or percent sign.",
        "boolean|Y|say 'csv: {trueValues: […], falseValues: […]}' in the source of the pipeline file."
      },
      quoteCharacter = '\'')
  void saysWhatMendsValuesOfCsv(String type, String value, String fix) throws IOException {
    Path pipeline = pipeline("csv", "{name: v, logicalType: " + type + "}", "");
    Files.writeString(folder.resolve("in/a.csv"), "v\n" + value + "\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(
        out,
        allOf(
            containsString("1 record of 1 file: 0 would be published, 1 rejected (100.0 %)"),
            containsString("TYPE_MISMATCH of 'v': 1 (100.0 %), a field's value does not fit"),
            containsString("a.csv at 2: Field 'v': "),
            containsString("likely fix: "),
            containsString(fix)));
  }

  /** A person mends all at once, and does not run into one fault after the other. */
  @Test
  void saysAllThatIsWrongWithARecord() throws IOException {
    Path pipeline =
        pipeline(
            "csv",
            "{name: id, logicalType: integer, required: true}, {name: price, logicalType: number},"
                + " {name: day, logicalType: date}, {name: ok, logicalType: boolean}",
            ", csv: {delimiter: \";\"}");
    Files.writeString(
        folder.resolve("in/a.csv"),
        "id;price;day;ok\n1;1,5;31.12.2025;ja\n2;2,5;01.02.2026;nein\n;7;2026-01-01;true\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(
        out,
        allOf(
            containsString("3 records of 1 file: 0 would be published, 3 rejected"),
            containsString("TYPE_MISMATCH of 'price': 2 (66.7 %)"),
            containsString("say 'csv: {decimalSeparator: \",\"}'"),
            containsString("TYPE_MISMATCH of 'day': 2 (66.7 %)"),
            containsString("the dates look like 'd.M.yyyy'"),
            containsString("TYPE_MISMATCH of 'ok': 2 (66.7 %)"),
            containsString("say 'csv: {trueValues: […], falseValues: […]}'"),
            containsString("MISSING_REQUIRED of 'id': 1 (33.3 %)")));
  }

  /** As where the contract has a typing mistake: nothing is rejected, and nothing is there. */
  @Test
  void tellsOfColumnsThatHaveNoValueWhereFieldsAreLeftOut() throws IOException {
    Path pipeline =
        pipeline(
            "csv",
            "{name: id, logicalType: integer}, {name: votes, physicalName: Votez, logicalType: integer}",
            "");
    Files.writeString(folder.resolve("in/a.csv"), "id,Votes\n1,7\n2,8\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(
        out,
        allOf(
            containsString("left out: Votes (2)"),
            containsString("warning: 'votes' ('Votez' in the source) has no value in any row.")));
    Files.writeString(folder.resolve("in/a.csv"), "id\n1\n2\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(out, not(containsString("warning")));
  }

  @Test
  void saysWhatMendsEachKindOfValuesOfAColumn() throws IOException {
    Path pipeline = pipeline("csv", "{name: v, logicalType: number}", ", csv: {delimiter: ';'}");
    Files.writeString(
        folder.resolve("in/a.csv"), "v;w\n231,98;1\nk.A.;2\nNA;3\n7,5;4\nk.A.;5\n0,5;6\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(
        out,
        allOf(
            containsString("likely fix: say 'csv: {decimalSeparator: \",\"}' in the source"),
            containsString("'csv: {nullValue: [\"k.A.\"]}' in the source"),
            containsString("likely fix: say 'csv: {nullValue: [\"NA\"]}' in the source")));
  }

  @Test
  void readsSomeRecordsOfEachFileAndCountsShares() throws IOException {
    Path pipeline = pipeline("json", "{name: id, logicalType: integer, required: true}", "");
    for (int file = 0; file < 4; file++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        lines.append(i % 10 == 5 ? "{\"x\":1}\n" : "{\"id\":" + i + ",\"x\":1}\n");
      }
      Files.writeString(folder.resolve("in/" + file + ".jsonl"), lines);
    }
    assertThat(execute("validate", pipeline.toString(), "--sample=40"), is(0));
    assertThat(
        out,
        allOf(
            containsString("40 records of 4 files: 36 would be published, 4 rejected (10.0 %)"),
            containsString("MISSING_REQUIRED of 'id': 4 (10.0 %)"),
            containsString(
                "likely fix: take 'required' away from 'id' in the contract, if records may be without it."),
            containsString("left out: x (36), which the contract does not know")));
  }

  @Test
  void tellsOfFilesThatWouldBeRefused() throws IOException {
    Path pipeline = pipeline("csv", "{name: v, logicalType: string}", "");
    Files.writeString(folder.resolve("in/a.csv"), "w;x\n1;2\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10"), is(0));
    assertThat(
        out,
        allOf(
            containsString("refused: "),
            containsString("a.csv has none of the contract's columns in its header"),
            containsString("With the delimiter ';' its columns would be 'w', 'x'.")));
  }

  @Test
  void saysTheSameToAMachine() throws IOException {
    Path pipeline = pipeline("json", "{name: title, logicalType: string}", "");
    Files.writeString(folder.resolve("in/a.jsonl"), "{\"title\":\"x\"}\n{\"title\":1776}\n");
    assertThat(execute("validate", pipeline.toString(), "--sample=10", "--output=json"), is(0));
    JsonNode sample = new ObjectMapper().readTree(out).get("sample");
    assertThat(sample.get("records").asLong(), is(2L));
    assertThat(sample.get("rejected").asLong(), is(1L));
    JsonNode group = sample.get("groups").get(0);
    assertThat(group.get("reason").asText(), is("TYPE_MISMATCH"));
    assertThat(
        group.get("likelyFix").asText(),
        containsString("customProperties: [{property: takesScalars, value: true}]"));
  }

  @Test
  void aDryRunTouchesNothing() throws IOException {
    Path pipeline = pipeline("csv", "{name: v, logicalType: string}", "");
    Files.writeString(folder.resolve("in/a.csv"), "v\n1\n");
    Path lake = folder.resolve("lake");
    assertThat(execute("run", pipeline.toString(), "--lake=" + lake, "--dryRun"), is(0));
    assertThat(
        out,
        allOf(
            containsString("1 of 1 files are new"),
            containsString("silver     t: append"),
            containsString("lake       " + lake)));
    assertThat(Files.exists(lake), is(false));
  }
}
