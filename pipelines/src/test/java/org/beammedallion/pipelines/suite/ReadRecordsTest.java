package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code read} of tables and quarantine shows what other readers find in the files. */
class ReadRecordsTest extends ReadTowns {

  private void orders(String format) throws IOException {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(2_000).withFiles(2), folder.resolve("in"));
    pipeline = data.pipeline();
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            .replaceAll("\n  format: .*", "")
            .replaceFirst("(?m)^silver:", "silver:\n  format: " + format));
    assertThat(run().code(), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void rowsOfATableAreThoseThatSparkFinds(String format) throws Exception {
    orders(format);
    String columns = "currency, amount, order_id";
    for (String where :
        List.of(
            "amount > 50.25 AND currency IN ('EUR', 'USD')",
            "NOT (currency = 'EUR') OR amount BETWEEN 10 AND 20",
            "status IS NULL OR customer_email LIKE '%1%'",
            "ordered_at >= TIMESTAMP '2026-11-02 00:00:00' AND status <> 'paid'")) {
      List<String> expected = new ArrayList<>(List.of("currency,amount,order_id"));
      SparkTables.rows(
              "SELECT "
                  + columns
                  + " FROM "
                  + lake.table("silver", "orders")
                  + " WHERE "
                  + where
                  + " ORDER BY currency, amount DESC, order_id LIMIT 700")
          .forEach(row -> expected.add(String.join(",", row)));
      assertThat(where + ": " + expected, expected.size(), is(greaterThan(10)));
      assertThat(
          read(
              "silver.orders",
              "--where=" + where,
              "--columns=currency,amount,order_id",
              "--sort=currency,-amount,order_id",
              "--limit=700",
              "--format=csv"),
          equalTo(expected));
    }
    List<JsonNode> gold = readJson("gold.revenue_hourly", "--sort=revenue desc", "--limit=1");
    assertThat(
        gold.get(0).get("revenue").decimalValue().toPlainString(),
        is(
            SparkTables.rows("SELECT max(revenue) FROM " + lake.table("gold", "revenue_hourly"))
                .get(0)
                .get(0)));
    assertThat("20 rows and a header", read("silver.orders", "--sort=order_id"), hasSize(21));
    assertThat(
        readJson("silver.orders", "--where=currency = 'none'", "--sort=amount"), is(empty()));
  }

  @Test
  void deadLettersAreThoseThatDuckDbFinds() throws Exception {
    orders("delta");
    String columns = "reason, position, detail, payload";
    for (String where :
        List.of(
            "reason = 'TYPE_MISMATCH' AND position > 1000",
            "rule IS NOT NULL",
            "payload IS NULL OR payload_bytes < 100")) {
      List<String> expected = duck(columns, where);
      assertThat(where, expected.size(), is(greaterThan(1)));
      List<String> found = new ArrayList<>();
      for (JsonNode row :
          readJson(
              "quarantine",
              "--where=" + where,
              "--columns=reason,position,detail,payload",
              "--sort=reason,position,source")) {
        List<String> values = new ArrayList<>();
        row.forEach(value -> values.add(value.asText()));
        found.add(values.toString());
      }
      assertThat(found, equalTo(expected));
    }
    List<JsonNode> all = readJson("quarantine", "--cycle=1");
    assertThat(
        all.size(), is(lake.quarantine("orders").values().stream().mapToInt(Long::intValue).sum()));
    JsonNode any = all.get(0);
    assertThat(any.get("cycle").asLong(), is(1L));
    assertThat(any.get("time").asText(), is(letter(any).get("time").asText()));
  }

  /** The line of the quarantine that a row shows. */
  private JsonNode letter(JsonNode row) throws Exception {
    List<JsonNode> found = new ArrayList<>();
    try (var files = Files.walk(lake.folder().resolve("quarantine"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode letter = JSON.readTree(line);
          if (letter.get("source").equals(row.get("source"))
              && letter.get("position").asLong() == row.get("position").asLong()) {
            found.add(letter);
          }
        }
      }
    }
    assertThat(found, hasSize(1));
    return found.get(0);
  }

  private List<String> duck(String columns, String where) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT "
                    + columns
                    + " FROM read_json('"
                    + lake.folder()
                    + "/quarantine/orders/*/*/*.jsonl', format = 'newline_delimited', columns = {reason: 'VARCHAR', position:"
                    + " 'BIGINT', detail: 'VARCHAR', payload: 'VARCHAR', rule: 'VARCHAR', payload_bytes: 'BIGINT', source:"
                    + " 'VARCHAR'}) WHERE "
                    + where
                    + " ORDER BY reason, position, source")) {
      int count = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
          values.add(String.valueOf(result.getString(i)));
        }
        rows.add(values.toString());
      }
    }
    return rows;
  }

  @Test
  void aCycleCountsWhenItIsComplete() throws Exception {
    towns("json");
    data("a.jsonl", "{\"id\": 1}\n{\"id\": \"x\"}\n");
    assertThat(
        command("read", "quarantine").err(), containsString("No cycle of towns is complete"));
    assertThat(run().code(), is(0));
    data("b.jsonl", "{\"id\": 2}\n{\"id\": \"y\"}\n{\"id\": \"z\"}\n");
    String plain = Files.readString(pipeline);
    Files.writeString(
        pipeline,
        plain
            + "gate: {class: "
            + FewRejects.class.getName()
            + ", options: {mostPercent: \"0\"}}\n");
    assertThat(run().code(), is(6));
    assertThat("it has been written", lake.quarantine("towns").get("TYPE_MISMATCH"), is(3L));
    assertThat(readJson("quarantine"), hasSize(1));
    assertThat(readJson("bronze"), hasSize(2));
    Commands.Result open = command("read", "quarantine", "--cycle=2");
    assertThat(open.code(), is(2));
    assertThat(open.err(), containsString("Cycle 2 of towns is not complete"));
    Files.writeString(pipeline, plain);
    assertThat(run().code(), is(0));
    assertThat(readJson("quarantine"), hasSize(3));
    assertThat(readJson("quarantine", "--cycle=2"), hasSize(2));
    assertThat(readJson("bronze", "--cycle=2"), hasSize(3));
    assertThat(readJson("bronze", "--cycle=1"), hasSize(2));
    Commands.Result none = command("read", "bronze", "--cycle=3");
    assertThat(none.code(), is(2));
    assertThat(none.err(), containsString("There is no cycle 3 of towns"));
    assertThat(none.err(), containsString("The newest is 2."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "quarantine | --where=reson = 'LATE' | There is no column 'reson'; did you mean 'reason'? The columns are reason, detail, source",
        "quarantine | --where=reason = | --where: ",
        "quarantine | --where=length(reason) > 3 | cannot be evaluated. A condition compares a column with a value",
        "quarantine | --sort=-cycl | There is no column 'cycl'. Did you mean cycle?",
        "quarantine | --columns=detai | Did you mean detail?",
        "quarantine | --version=1 | --version and --timestamp go with tables.",
        "silver.towns | --cycle=1 | --cycle goes with quarantine and bronze.",
        "silver.towns | --where=twn = 'Ulm' | did you mean 'town'? The columns are id, town",
        "silver.towns | --where=id = 'one' | 'id = 'one'' cannot be evaluated.",
        "silver.towns | --where=id = \"one\" | texts in 'single quotes'",
        "quarantin | --limit=1 | There is no table 'quarantin'. Did you mean quarantine?",
        "silver.twons | --limit=1 | Did you mean silver.towns?"
      })
  void whatIsWrongIsSaidWithWhatThereIs(String table, String option, String words)
      throws IOException {
    towns("json");
    data("a.jsonl", "{\"id\": 1, \"town\": \"Ulm\"}\n{\"id\": \"x\"}\n");
    assertThat(run().code(), is(0));
    Commands.Result result = command("read", table, option);
    assertThat(result.all(), result.code(), is(2));
    assertThat(result.err(), allOf(containsString(words), not(containsString("Exception"))));
    assertThat(result.out(), is(""));
  }

  @Test
  void namesThatAreWordsOfSqlAndTextsOfAnyLanguageWork() throws Exception {
    towns("json");
    data(
        "a.jsonl",
        "{\"id\": 1, \"town\": \"Köln\"}\n{\"id\": 2, \"town\": \"東京\"}\n{\"id\": 3, \"town\": \"it's\"}\n{\"id\": \"x\"}\n");
    assertThat(run().code(), is(0));
    assertThat(readJson("silver.towns", "--where=town = 'Köln'"), hasSize(1));
    assertThat(readJson("silver.towns", "--where=town IN ('東京', 'it''s')"), hasSize(2));
    assertThat(
        readJson("quarantine", "--where=position > 0 AND cycle = 1 AND detail LIKE '%id%'"),
        hasSize(1));
    assertThat(
        readJson("quarantine", "--where=time < TIMESTAMP '2001-01-01 00:00:00'"), is(empty()));
    assertThat(readJson("quarantine", "--where=`time` IS NOT NULL"), hasSize(1));
  }

  @Test
  void aPersonSeesTheBeginningOfALongValueAndAFileHasTheWhole() throws Exception {
    towns("json");
    String town = "x".repeat(1000);
    data("a.jsonl", "{\"id\": \"x\", \"town\": \"" + town + "\"}\n{\"id\": 1}\n");
    assertThat(run().code(), is(0));
    String row = read("quarantine", "--columns=payload").get(1);
    assertThat(row.length(), is(200));
    assertThat(row, startsWith("{\"id\""));
    Path file = folder.resolve("rows.jsonl");
    assertThat(read("quarantine", "--format=json", "--to=" + file), is(empty()));
    assertThat(Files.readString(file), containsString(town));
    assertThat(
        read("quarantine", "--columns=reason,cycle", "--format=csv"),
        containsInAnyOrder("reason,cycle", "TYPE_MISMATCH,1"));
  }
}
