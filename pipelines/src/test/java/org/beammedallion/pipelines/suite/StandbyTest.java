package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver that waits for another one takes over when that has ended. */
class StandbyTest {

  @TempDir Path folder;

  @Test
  void aStandbyWaitsAndThenCompletesTheCycle() throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(200).withFiles(1), folder.resolve("input"));
    String lake = folder.resolve("lake").toString();
    ProgressLog log = ProgressLog.of(LakeLayout.of(lake).progress("orders"));
    log.putPlan(
        new CyclePlan(
            "orders", 1, Lake.NOW, "1.0.0", 1, shards(data), List.of(), List.of(), Map.of()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = {
      "run", data.pipeline().toString(), "--lake=" + lake, "--runner=DirectRunner"
    };
    CompletableFuture<Integer> standby;
    try (DriverClaim other = DriverClaim.take(log, "orders", 1, Clock.systemUTC())) {
      assertThat(Commands.run(arguments).code(), is(4));
      standby =
          CompletableFuture.supplyAsync(
              () ->
                  CommandLines.execute(
                      new PrintWriter(out),
                      new PrintWriter(err),
                      arguments[0],
                      arguments[1],
                      arguments[2],
                      arguments[3],
                      "--standby"));
      while (!err.toString().contains("orders: waiting. Pipeline 'orders' is being run")) {
        assertThat(out.toString() + err, standby.isDone(), is(false));
        Thread.sleep(50);
      }
      other.check();
    }
    assertThat(err.toString(), standby.get(), is(0));
    assertThat(out.toString(), containsString("orders: cycle 1 is complete"));
    assertThat(log.isCompleted(1), is(true));
  }

  private static List<Shard> shards(DataSet data) throws Exception {
    Path file;
    try (var files = Files.list(data.data())) {
      file = files.findFirst().orElseThrow();
    }
    long size = Files.size(file);
    return List.of(
        new FileShard(
            0, file.toString(), size, Files.getLastModifiedTime(file).toInstant(), 0, size));
  }
}
