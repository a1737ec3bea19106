package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cli.CommandLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The star of the orders example is what {@code docs/gold.md} shows. */
class StarPageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path EXAMPLE = DOCS.resolve("examples/orders");

  private final String page = Files.readString(DOCS.resolve("gold.md"));
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  StarPageTest() throws IOException {}

  private int execute(String command, Path pipeline, String... more) {
    String[] arguments = new String[2 + more.length];
    arguments[0] = command;
    arguments[1] = pipeline.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return CommandLines.execute(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void showsThePipelineFiles() throws IOException {
    String customers = Files.readString(EXAMPLE.resolve("customers.pipeline.yaml"));
    assertThat(page, containsString(customers.substring(customers.indexOf("pipeline:")) + "```"));
    String orders = Files.readString(EXAMPLE.resolve("orders.pipeline.yaml"));
    assertThat(
        page,
        containsString(orders.substring(orders.indexOf("    sql: |\n      SELECT o.")) + "```"));
  }

  @Test
  void showsAQueryThatComputes() throws IOException {
    String sql = page.substring(page.indexOf("```sql\nSELECT o.order_id") + 7);
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String name :
        List.of("orders.odcs.yaml", "customers.odcs.yaml", "customers.pipeline.yaml")) {
      Files.copy(EXAMPLE.resolve(name), copy.resolve(name));
    }
    String orders = Files.readString(EXAMPLE.resolve("orders.pipeline.yaml"));
    Path changed = copy.resolve("orders.pipeline.yaml");
    Files.writeString(
        changed,
        orders.substring(0, orders.indexOf("      SELECT o."))
            + sql.substring(0, sql.indexOf("```")).indent(6));
    assertThat(execute("validate", changed, "--lake=" + folder), is(0));
    assertThat(
        out.toString(),
        containsString(
            "columns order_id, ordered_at, customer_key, amount, tax, segment, market, hour_of_day"));
  }

  @Test
  void showsWhatTheyMake() {
    String lake = "--lake=" + folder;
    assertThat(execute("run", EXAMPLE.resolve("customers.pipeline.yaml"), lake), is(0));
    assertThat(execute("run", EXAMPLE.resolve("orders.pipeline.yaml"), lake), is(0));
    String shown = page.substring(page.indexOf("```\n  gold fact_orders") + 4);
    assertThat(out.toString(), containsString(shown.substring(0, shown.indexOf("```"))));
    Lake tables = new Lake(folder);
    assertShown(
        SparkTables.rows(
            "SELECT customer_id, segment, country, CAST(valid_from AS STRING), CAST(valid_to AS STRING), is_current FROM "
                + tables.table("gold", "dim_customer")
                + " WHERE customer_id IN ('c-0001', 'c-0042')"),
        5);
    assertShown(
        SparkTables.rows(
            "SELECT f.order_id, CAST(f.ordered_at AS STRING), o.customer_id, f.segment, f.country, f.amount FROM "
                + tables.table("gold", "fact_orders")
                + " f JOIN "
                + tables.table("silver", "orders")
                + " o ON o.order_id = f.order_id WHERE f.order_id IN"
                + " ('o-000077', 'o-001106', 'o-001398', 'o-001460', 'o-000203', 'o-001310')"),
        6);
  }

  @Test
  void ordersThatCameBeforeCustomersAreMended() {
    String lake = "--lake=" + folder;
    Path orders = EXAMPLE.resolve("orders.pipeline.yaml");
    assertThat(execute("run", orders, lake), is(0));
    assertThat(out.toString(), containsString("without dim_customer          1,800  rows"));
    assertThat(execute("validate", orders, lake), is(0));
    assertThat(out.toString(), containsString("has nothing to do"));
    assertThat(execute("run", EXAMPLE.resolve("customers.pipeline.yaml"), lake), is(0));
    assertThat(execute("validate", orders, lake), is(0));
    assertThat(
        out.toString(), containsString("updates the facts, because a dimension has changed"));
    assertThat(execute("run", orders, lake), is(0));
    assertThat(out.toString(), containsString("without dim_customer              3  rows"));
    assertThat(execute("run", orders, lake), is(0));
    assertThat(out.toString(), containsString("orders: nothing new"));
  }

  private void assertShown(List<List<String>> rows, int count) {
    assertThat(rows.size(), is(count));
    rows.forEach(row -> assertThat(page, containsString("| " + String.join(" | ", row) + " |")));
  }

  @Test
  void validateSaysWhatIsMade() {
    assertThat(execute("validate", EXAMPLE.resolve("customers.pipeline.yaml")), is(0));
    assertThat(
        out.toString(),
        containsString(
            "dim_customer: dimension of type 2, valid from changed_at, key customer_id"));
    assertThat(execute("validate", EXAMPLE.resolve("orders.pipeline.yaml")), is(0));
    assertThat(
        out.toString(),
        containsString("fact_orders: fact, columns order_id, ordered_at, customer_key, segment"));
  }

  @Test
  void validateSaysWhatIsWrong() throws IOException {
    for (Path file :
        List.of(
            EXAMPLE.resolve("customers.pipeline.yaml"),
            EXAMPLE.resolve("customers.odcs.yaml"),
            EXAMPLE.resolve("orders.odcs.yaml"))) {
      Files.copy(file, folder.resolve(file.getFileName()));
    }
    String orders = Files.readString(EXAMPLE.resolve("orders.pipeline.yaml"));
    Path wrong =
        Files.writeString(folder.resolve("p.yaml"), orders.replace("c.segment", "c.segmnet"));
    assertThat(execute("validate", wrong), is(3));
    assertThat(
        err.toString(),
        containsString(
            "gold table 'fact_orders': 'c' has no column 'segmnet'; did you mean 'segment'?"));
    Files.writeString(wrong, orders.replace("customers.pipeline.yaml   ", "custmers.yaml "));
    assertThat(execute("validate", wrong), is(3));
    assertThat(err.toString(), containsString("custmers.yaml'; its path is relative"));
  }
}
