package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cycles forget old versions of their tables, so that none has to remember its whole history. */
class OldVersionsTest {

  /** So many that the next cycle makes the fiftieth. */
  private static final int BEFORE = 49;

  @TempDir Path folder;

  private Shop shop;
  private Lake lake;

  private void cycle(Duration later) throws Exception {
    new CycleDriver(
            PipelineDefinition.load(shop.pipeline(), null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            Clock.offset(Clock.systemUTC(), later),
            CycleListener.NONE)
        .run();
  }

  private void order(String file, String id) throws Exception {
    shop.data(
        file,
        """
        {"id":"%s","at":"2026-11-03T08:00:00Z","version":1,"price":1.50,"quantity":2}
        """
            .formatted(id));
  }

  private Table silver() throws Exception {
    return Tables.silver(
        PipelineDefinition.load(shop.pipeline(), null), LakeLayout.of(lake.folder().toString()));
  }

  private long entries(String pattern) throws Exception {
    try (Stream<Path> files = Files.walk(lake.folder().resolve("silver/orders"))) {
      return files.filter(file -> file.toString().matches(pattern)).count();
    }
  }

  @ParameterizedTest
  @CsvSource({"delta, .*/_delta_log/\\d+[.]json", "iceberg, never"})
  void theFiftiethVersionForgetsThoseBeforeTheLimit(String format, String log) throws Exception {
    shop = Shop.open(folder.resolve("shop"), format);
    lake = new Lake(folder.resolve("lake"));
    cycle(Duration.ZERO);
    for (long n = silver().snapshot().orElseThrow().version() + 1; n <= BEFORE; n++) {
      silver().commit(CommitRequest.append(List.of(), "another", n).evenIfEmpty());
    }
    assertThat(silver().snapshot().orElseThrow().version(), is((long) BEFORE));
    int versions = silver().history().versions().size();
    order("2", "d");
    cycle(Duration.ofDays(6));
    assertThat("younger than seven days", silver().history().versions(), hasSize(versions + 1));

    for (long n = BEFORE + 2; n < 2 * BEFORE + 2; n++) {
      silver().commit(CommitRequest.append(List.of(), "another", n).evenIfEmpty());
    }
    order("3", "e");
    cycle(Duration.ofDays(8));
    assertThat("the latest stays", silver().history().versions(), hasSize(1));
    assertThat("entries of the log", entries(log), is(format.equals("delta") ? 1L : 0L));
    assertThat(lake.rows("silver", "orders", List.of("id")), hasSize(5));
    order("4", "f");
    cycle(Duration.ofDays(8));
    assertThat("cycles go on", lake.rows("silver", "orders", List.of("id")), hasSize(6));
  }
}
