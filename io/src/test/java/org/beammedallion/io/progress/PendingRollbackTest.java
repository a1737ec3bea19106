package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.beammedallion.io.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollback that is at work while the log is rolled up. */
class PendingRollbackTest {

  private static final PendingRollback ROLLBACK =
      new PendingRollback("silver.orders", 9, 3, Map.of("silver.orders_deletes", 2L));

  @TempDir Path folder;

  private LogFiles files() {
    return new LogFiles(folder.toString(), Storage.of(folder.toString()));
  }

  @Test
  void theFormatIsNotRaisedWhileOneIsAtWork() throws IOException {
    ROLLBACK.put(folder.toString());
    assertThat(LakeFormat.raise(files()), is(false));
    assertThat(LakeFormat.of(files()), is(1));
    PendingRollback.remove(folder.toString());
    assertThat(LakeFormat.raise(files()), is(true));
    assertThat(LakeFormat.of(files()), is(2));
    ROLLBACK.put(folder.toString());
    assertThat(PendingRollback.find(folder.toString()), is(Optional.of(ROLLBACK)));
    PendingRollback.remove(folder.toString());
    assertThat(PendingRollback.find(folder.toString()), is(Optional.empty()));
  }

  @Test
  void oneThatBeganInFormat1EndsInFormat2() throws IOException {
    ROLLBACK.put(folder.toString());
    Files.writeString(folder.resolve("format.json"), "{\"format\": 2, \"note\": \"\"}");
    assertThat(PendingRollback.find(folder.toString()), is(Optional.of(ROLLBACK)));
    PendingRollback.remove(folder.toString());
    assertThat(PendingRollback.find(folder.toString()), is(Optional.empty()));
    assertThat(
        LogFiles.JSON.readTree(Files.readString(folder.resolve("rollback.json"))).isTextual(),
        is(true));
  }
}
