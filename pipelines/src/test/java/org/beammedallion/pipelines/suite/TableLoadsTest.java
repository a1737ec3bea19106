package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.suite.CountedStorage.Kind;
import org.beammedallion.pipelines.suite.CountedStorage.Request;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cycle reads the log of a table once, however many steps look at the table. */
class TableLoadsTest {

  private static final int CYCLES = 4;

  @TempDir Path folder;

  /**
   * A load is a listing, which is repeated to see whether it holds still, and one read of each
   * entry.
   */
  private static final int LISTS = 2;

  @ParameterizedTest
  @CsvSource({
    "delta, .*/_delta_log/\\d+[.]json, 1",
    "iceberg, .*/metadata/v\\d+[.]metadata[.]json, 1"
  })
  void aCycleLoadsATableOnce(String format, String entries, int mostReads) throws Exception {
    Shop shop = Shop.open(folder.resolve("shop"), format);
    String lake = "counted:" + folder.resolve("lake");
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
      shop.data(
          "more" + cycle,
          """
          {"id":"%d","at":"2026-11-01T08:00:00Z","version":1,"price":1.50,"quantity":2}
          """
              .formatted(cycle));
      CountedStorage.requests();
      new CycleDriver(
              PipelineDefinition.load(shop.pipeline(), null),
              LakeLayout.of(lake),
              Runner.DIRECT.options(),
              Clock.fixed(Lake.NOW, ZoneOffset.UTC),
              CycleListener.NONE)
          .run();
      Map<String, Integer> lists = new TreeMap<>();
      Map<String, Integer> reads = new TreeMap<>();
      for (Request request : CountedStorage.requests()) {
        if (request.kind() == Kind.LIST && request.uri().matches(".*/(_delta_log|metadata)")) {
          lists.merge(request.uri(), 1, Integer::sum);
        } else if (request.kind() == Kind.READ && request.uri().matches(entries)) {
          reads.merge(request.uri(), 1, Integer::sum);
        }
      }
      if (cycle > 1) {
        assertThat("cycle " + cycle, lists.values(), everyItem(is(lessThanOrEqualTo(LISTS))));
        assertThat("cycle " + cycle, reads.values(), everyItem(is(lessThanOrEqualTo(mostReads))));
        assertThat("tables whose log was read", reads, is(aMapWithSize(greaterThan(1))));
      }
    }
  }
}
