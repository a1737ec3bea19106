package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.raw.Landed;
import org.junit.jupiter.api.Test;

class LandingWarningsTest {

  private static Landed landed(int shard, String file, String warning) {
    return new Landed(shard, file, 1, "bronze", 1, false, warning, null, null);
  }

  @Test
  void namesAFileOnceWhateverItsShards() {
    assertThat(
        LandingWarnings.of(
            List.of(
                landed(0, "b", "is short."), landed(1, "b", "is short."), landed(2, "a", null))),
        is(List.of("b is short.")));
  }

  @Test
  void namesTheFirstFilesOfEachKindAndCountsTheRest() {
    List<Landed> shards = new ArrayList<>();
    for (int file = 9; file >= 1; file--) {
      shards.add(landed(file, "f" + file, file < 8 ? "is damaged." : "has vanished."));
    }
    assertThat(
        LandingWarnings.of(shards),
        is(
            List.of(
                "f8, f9: each has vanished.", "f1, f2, f3, and 4 more files: each is damaged.")));
  }
}
