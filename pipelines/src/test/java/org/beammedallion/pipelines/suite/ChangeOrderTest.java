package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.beammedallion.pipelines.suite.AccountHistory.Change;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Few keys and many changes, each of which arrives in any cycle and some more than once: silver is
 * what applying them in the source's order gives.
 */
class ChangeOrderTest {

  private static final int CYCLES = 6;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theOrderOfArrivalDoesNotMatter(long seed) throws Exception {
    Random random = new Random(seed);
    AccountHistory history = AccountHistory.of(seed, 6, 50);
    Path pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    Files.writeString(
        pipeline, Files.readString(pipeline).replaceAll("(?s)gold:.*", "").stripTrailing() + "\n");
    List<Change> changes = new ArrayList<>(history.changes());
    Collections.shuffle(changes, random);
    changes.addAll(changes.subList(0, changes.size() / 5));
    Lake lake = new Lake(folder.resolve("lake"));
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      ChangeLog.DEBEZIUM_JSON.write(
          pipeline.resolveSibling("data").resolve(random.nextInt(1000) + "-" + cycle + ".jsonl"),
          changes.subList(changes.size() * cycle / CYCLES, changes.size() * (cycle + 1) / CYCLES));
      lake.cycle(pipeline, Runner.DIRECT);
    }
    assertThat(AccountHistory.rows(lake), equalTo(history.table()));
  }
}
