package org.beammedallion.pipelines.maintain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.StoredFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenCyclesTest {

  private static final Instant NOW = Instant.parse("2026-11-05T12:00:00Z");

  @TempDir Path folder;

  private static boolean mayBeCommitted(OpenCycles open, String name, Duration age) {
    return open.mayBeCommitted(new StoredFile("/lake/t/" + name, 1, NOW.minus(age)), NOW);
  }

  @Test
  void aCycleKeepsItsFilesUntilItIsComplete() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    assertThat(OpenCycles.of(log).first(), is(0L));
    log.putPlan(new CyclePlan("orders", 1, NOW, "1", 1, List.of(), List.of(), List.of(), Map.of()));
    log.complete(1, Map.of());
    log.putPlan(new CyclePlan("orders", 2, NOW, "1", 1, List.of(), List.of(), List.of(), Map.of()));
    OpenCycles open = OpenCycles.of(log);
    Duration year = Duration.ofDays(365);
    assertThat(mayBeCommitted(open, "cycle-0000000002-0001-x.parquet", year), is(true));
    assertThat(mayBeCommitted(open, "cycle-0000000003-0001-x.parquet", year), is(true));
    assertThat(mayBeCommitted(open, "cycle-0000000001-0001-x.parquet", year), is(false));
    assertThat(mayBeCommitted(open, "0000000002-0001-silver.orders-1.json", year), is(true));
    assertThat(mayBeCommitted(open, "0000000001-0001-silver.orders-1.json", year), is(false));
    assertThat(mayBeCommitted(open, "part-00000-spark.parquet", year), is(false));
    log.complete(2, Map.of());
    assertThat(
        mayBeCommitted(OpenCycles.of(log), "cycle-0000000002-0001-x.parquet", year), is(false));
  }

  @Test
  void maintenanceKeepsItsFilesForADay() {
    OpenCycles open = new OpenCycles(7);
    assertThat(mayBeCommitted(open, "compact-x.parquet", Duration.ofHours(23)), is(true));
    assertThat(mayBeCommitted(open, "compact-x.parquet", Duration.ofHours(25)), is(false));
  }
}
