package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.faults.SmallFileSystem;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up fails the cycle, and the next run completes it. */
class FullDiskTest {

  @TempDir Path folder;

  @Test
  void theNextRunCompletesTheCycleOnceThereIsSpace() throws Exception {
    DataSet data =
        OrdersGenerator.write(OrdersSpec.of(3_000).withFiles(1), folder.resolve("input"));
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Optional<SmallFileSystem> mounted = SmallFileSystem.mount(disk, "size=1m");
    assumeTrue(mounted.isPresent(), "A small file system cannot be mounted here: that needs root");
    try (SmallFileSystem full = mounted.orElseThrow()) {
      Path ballast = Files.write(full.folder().resolve("ballast"), new byte[960 << 10]);
      Lake lake = new Lake(disk.resolve("lake"));
      Exception failure =
          assertThrows(Exception.class, () -> lake.run(data.pipeline(), Runner.FLINK));
      assertThat(
          failure,
          anyOf(instanceOf(RunFailedException.class), instanceOf(java.io.IOException.class)));
      Files.delete(ballast);
      Outcome outcome = lake.run(data.pipeline(), Runner.FLINK);
      Ledger ledger = outcome.ledger();
      assertThat(outcome.resumed(), is(true));
      assertThat(ledger.published(), is(data.expected().silver()));
      assertThat((long) lake.rows("silver", "orders").size(), is(data.expected().silver()));
      assertThat(lake.quarantine("orders"), is(data.expected().rejected()));
    }
  }
}
