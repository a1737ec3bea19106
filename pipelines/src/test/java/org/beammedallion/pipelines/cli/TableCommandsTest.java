package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person or a machine sees of the commands about tables. */
class TableCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private DataSet data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void write(String format) throws IOException {
    data = OrdersGenerator.write(OrdersSpec.of(200).withFiles(1), folder.resolve("input"));
    String text = Files.readString(data.pipeline()).replaceAll("\n  format: .*", "");
    Files.writeString(
        data.pipeline(), text.replaceFirst("(?m)^silver:", "silver:\n  format: " + format));
  }

  private int execute(String command, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 3];
    all[0] = command;
    all[1] = data.pipeline().toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    all[arguments.length + 2] = "--lake=" + folder.resolve("lake");
    return CommandLines.execute(new PrintWriter(out), new PrintWriter(err), all);
  }

  private JsonNode json() throws IOException {
    return JSON.readTree(out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void readsEarlierVersionsAndGoesBackToThem(String format) throws IOException {
    write(format);
    assertThat(execute("run", "--output=json"), is(0));
    long first = json().at("/ledger/silverVersion").asLong();
    long silver = data.expected().silver();
    DataSet more =
        OrdersGenerator.write(OrdersSpec.of(300).withFiles(1).withSeed(5), folder.resolve("more"));
    try (var files = Files.list(more.data())) {
      for (Path file : files.toList()) {
        Files.copy(file, data.data().resolve("more-" + file.getFileName()));
      }
    }
    assertThat(execute("run", "--output=json"), is(0));
    long second = json().at("/ledger/silverVersion").asLong();
    long rows = json().at("/ledger/silverRows").asLong();

    assertThat(execute("history", "silver.orders", "--output=json"), is(0));
    JsonNode latest = json().at("/versions/0");
    assertThat(latest.get("version").asLong(), is(second));
    assertThat(latest.get("cycle").asLong(), is(2L));
    assertThat(latest.get("application").asText(), containsString("silver.orders"));
    assertThat(execute("history", "silver.orders"), is(0));
    assertThat(out.toString(), containsString("(cycle 1 of "));

    assertThat(execute("read", "silver.orders", "--format=json"), is(0));
    assertThat(out.toString().lines().count(), is(rows));
    assertThat(execute("read", "silver.orders", "--version=" + first, "--format=json"), is(0));
    assertThat(out.toString().lines().count(), is(silver));

    assertThat(execute("rollback", "silver.orders", "--to=" + first, "--output=json"), is(0));
    assertThat(json().get("version").asLong(), is(greaterThan(second)));
    assertThat(execute("read", "silver.orders", "--format=json"), is(0));
    assertThat(out.toString().lines().count(), is(silver));
    assertThat(execute("rollback", "silver.orders", "--to=" + first), is(0));
    assertThat(out.toString(), containsString("already"));
    assertThat(execute("run"), is(0));
    assertThat(out.toString(), containsString("nothing new"));
  }

  @Test
  void printsRowsForAPersonAMachineAndASpreadsheet() throws IOException {
    write("delta");
    assertThat(execute("run"), is(0));
    assertThat(execute("read", "silver.orders"), is(0));
    List<String> lines = out.toString().lines().toList();
    assertThat(lines, hasSize(21));
    assertThat(lines.get(0), containsString("order_id"));

    assertThat(
        execute(
            "read", "silver.orders", "--columns=ordered_at,order_id", "--limit=3", "--format=csv"),
        is(0));
    lines = out.toString().lines().toList();
    assertThat(lines, hasSize(4));
    assertThat(lines.get(0), is("ordered_at,order_id"));
    assertThat(lines.get(1).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z,[^,]+"), is(true));

    Path file = folder.resolve("rows.jsonl");
    assertThat(execute("read", "gold.revenue_hourly", "--format=json", "--to=" + file), is(0));
    assertThat(out.toString(), is(""));
    JsonNode row = JSON.readTree(Files.readAllLines(file).get(0));
    assertThat(row.get("window_start").isTextual(), is(true));
    assertThat(row.get("revenue").isNumber(), is(true));
  }

  @Test
  void namesWhatWasProbablyMeant() throws IOException {
    write("delta");
    assertThat(execute("history", "silver.order"), is(2));
    assertThat(err.toString(), containsString("Did you mean silver.orders?"));
    assertThat(execute("read", "silver.orders"), is(2));
    assertThat(err.toString(), containsString("not there yet"));
    assertThat(Files.exists(folder.resolve("lake")), is(false));
    assertThat(execute("run"), is(0));
    assertThat(execute("read", "silver.orders", "--columns=order_idd"), is(2));
    assertThat(err.toString(), containsString("Did you mean order_id?"));
    assertThat(execute("read", "silver.orders", "--version=77"), is(2));
    assertThat(err.toString(), containsString("keeps no version 77"));
    assertThat(execute("read", "silver.orders", "--timestamp=2001-01-01T00:00:00Z"), is(2));
    assertThat(err.toString(), containsString("no version as old as"));
    assertThat(execute("read", "silver.orders", "--timestamp=yesterday"), is(2));
    assertThat(err.toString(), containsString("with its zone"));
    assertThat(execute("rollback", "silver.orders", "--to=77"), is(2));
    assertThat(execute("rollback", "silver.orders"), is(2));
    assertThat(err.toString(), containsString("--to"));
    assertThat(execute("maintain", "--olderThan=5m"), is(2));
    assertThat(err.toString(), containsString("--olderThan=1h"));
    assertThat(execute("maintain", "--sortBy=custmer_id"), is(2));
    assertThat(err.toString(), containsString("Did you mean customer_id?"));
    assertThat(execute("maintain", "--zorderBy=custmer_id"), is(2));
    assertThat(err.toString(), containsString("Did you mean customer_id?"));
    assertThat(execute("maintain", "--zorderBy=amount", "--sortBy=amount"), is(2));
    assertThat(err.toString(), containsString("not both"));
    assertThat(execute("maintain", "--keepLst=2"), is(2));
    assertThat(err.toString(), containsString("Did you mean --keepLast?"));
  }

  @Test
  void saysWhatMaintenanceWouldDoAndDid() throws IOException {
    write("delta");
    assertThat(execute("maintain"), is(0));
    assertThat(out.toString(), containsString("no tables yet"));
    assertThat(execute("run"), is(0));
    assertThat(execute("maintain", "--dry-run"), is(0));
    assertThat(out.toString(), containsString("silver.orders"));
    assertThat(out.toString(), containsString("would be put together"));
    assertThat(execute("maintain", "--output=json"), is(0));
    assertThat(json().at("/tables/0/table").asText(), is("silver.orders"));
    assertThat(json().at("/tables/0/filesAfter").asLong(), is(greaterThan(0L)));
    assertThat(err.toString(), not(containsString("Exception")));
  }
}
