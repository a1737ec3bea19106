package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rollback of silver takes along, as a person types it. */
class RollbackCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void write(String columns, String source, String silver, String gold) throws IOException {
    Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        folder.resolve("x.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: x
        name: X
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*", format: json}
        schema:
          - name: x
            logicalType: object
            properties:
              - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
        """
            + columns);
    Files.writeString(
        folder.resolve("x.pipeline.yaml"),
        "pipeline: x\ncontract: x.odcs.yaml\nsource: {server: local"
            + source
            + "}\nsilver: {write: upsert"
            + silver
            + "}\n"
            + gold);
  }

  private void arrive(String file, String... records) throws IOException {
    Files.write(folder.resolve("in").resolve(file), List.of(records));
  }

  private int execute(String command, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 3];
    all[0] = command;
    all[1] = folder.resolve("x.pipeline.yaml").toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    all[arguments.length + 2] = "--lake=" + folder.resolve("lake");
    return CommandLines.execute(new PrintWriter(out), new PrintWriter(err), all);
  }

  private void run() {
    int code = execute("run");
    assertThat(err.toString(), code, is(0));
  }

  private long version(String table) throws IOException {
    int code = execute("history", table, "--output=json");
    assertThat(err.toString(), code, is(0));
    return JSON.readTree(out.toString()).at("/versions/0/version").asLong();
  }

  private List<String> rows(String table, String columns) {
    int code = execute("read", table, "--columns=" + columns, "--format=csv");
    assertThat(err.toString(), code, is(0));
    return out.toString().lines().skip(1).toList();
  }

  private static String change(String op, long id, String amount, long lsn) {
    String row = String.format("{\"id\":%d,\"amount\":%s}", id, amount);
    return String.format(
        "{\"before\":%s,\"after\":%s,\"source\":{\"connector\":\"postgresql\",\"snapshot\":\"false\",\"lsn\":%d,"
            + "\"ts_ms\":1762250400000},\"op\":\"%s\",\"ts_ms\":1762250400200}",
        op.equals("d") ? row : "null", op.equals("d") ? "null" : row, lsn, op);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void deletesThatWereUndoneAreNotRemembered(String format) throws IOException {
    write(
        "      - {name: amount, logicalType: number, physicalType: \"decimal(12,2)\"}\n",
        ", changes: debezium",
        ", format: " + format,
        "");
    arrive(
        "1.jsonl",
        change("c", 1, "\"AQ==\"", 20),
        change("c", 2, "\"AQ==\"", 21),
        change("c", 3, "\"AQ==\"", 22));
    run();
    long first = version("silver.x");
    arrive(
        "2.jsonl",
        change("d", 1, "null", 50),
        change("d", 2, "null", 51),
        change("u", 3, "\"Bw==\"", 52));
    run();
    assertThat(rows("silver.x", "id,amount"), contains("3,0.07"));

    assertThat(execute("rollback", "silver.x", "--to=" + first), is(0));
    assertThat(out.toString(), containsString("silver.x_deletes was rolled back with it"));
    arrive(
        "3.jsonl",
        change("u", 1, "\"Ag==\"", 40),
        change("d", 2, "null", 51),
        change("u", 3, "\"Ag==\"", 42));
    run();
    assertThat(rows("silver.x", "id,amount"), containsInAnyOrder("1,0.02", "3,0.02"));

    assertThat(execute("rollback", "silver.x", "--to=" + first, "--output=json"), is(0));
    JsonNode with = JSON.readTree(out.toString()).at("/companions/0");
    assertThat(with.get("table").asText(), is("silver.x_deletes"));
    assertThat(with.get("changed").asBoolean(), is(true));

    assertThat(execute("rollback", "silver.x_deletes", "--to=" + first), is(2));
    assertThat(err.toString(), containsString("Roll back silver.x"));
  }

  private void writeDimension(String format) throws IOException {
    write(
        """
              - {name: segment, logicalType: string}
              - {name: at, logicalType: timestamp, required: true}
        """,
        "",
        ", latestBy: at, eventTime: at, format: " + format,
        "gold:\n  - {table: d, kind: dimension, type: 2, columns: [segment]}\n");
  }

  private static String row(long id, String segment, int day) {
    return String.format(
        "{\"id\":%d,\"segment\":\"%s\",\"at\":\"2026-01-%02dT00:00:00Z\"}", id, segment, day);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aDimensionDoesNotBringBackWhatWasUndone(String format) throws IOException {
    writeDimension(format);
    arrive("1.jsonl", row(1, "good", 1));
    run();
    long silver = version("silver.x");
    long gold = version("gold.d");
    arrive("2.jsonl", row(1, "WRONG", 2));
    run();
    assertThat(execute("rollback", "silver.x", "--to=" + silver), is(0));
    assertThat(out.toString(), containsString("silver.x_versions was rolled back with it"));
    assertThat(execute("rollback", "gold.d", "--to=" + gold), is(0));
    arrive("3.jsonl", row(2, "other", 3));
    run();
    assertThat(rows("silver.x", "id,segment"), containsInAnyOrder("1,good", "2,other"));
    assertThat(
        rows("gold.d", "id,segment,is_current"), containsInAnyOrder("1,good,true", "2,other,true"));
  }

  @Test
  void aDimensionThatCameLaterIsMadeOfTheRowsThatAreThere() throws IOException {
    writeDimension("delta");
    Path file = folder.resolve("x.pipeline.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("(?s)gold:.*", ""));
    arrive("1.jsonl", row(1, "good", 1), row(2, "untouched", 1));
    run();
    long silver = version("silver.x");
    Files.writeString(file, text);
    arrive("2.jsonl", row(1, "WRONG", 2));
    run();
    assertThat(execute("rollback", "silver.x", "--to=" + silver), is(0));
    assertThat(out.toString(), containsString("is empty, as at that time"));
    arrive("3.jsonl", row(3, "other", 3));
    run();
    assertThat(
        rows("gold.d", "id,segment,is_current"),
        containsInAnyOrder("1,good,true", "2,untouched,true", "3,other,true"));
  }
}
