package org.beammedallion.quality.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RejectExampleTest {

  @Test
  void theFirstIsTheSameInWhateverOrderTheyCome() {
    List<RejectExample> examples = new ArrayList<>();
    for (String source : List.of("file:///b", "file:///a", "file:///c")) {
      for (long position : List.of(100L, 20L, 3L)) {
        examples.add(new RejectExample("wrong", source, position));
      }
    }
    Random random = new Random(4);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(examples, random);
      assertThat(
          examples.stream().reduce(RejectExample::first).orElseThrow(),
          is(new RejectExample("wrong", "file:///a", 3)));
    }
  }

  @Test
  void aVeryLongDetailIsCutBetweenCharacters() {
    RejectExample example = new RejectExample("🚀".repeat(600), "file:///a", 0);
    assertThat(example.detail(), is("🚀".repeat(499) + "…"));
    assertThat(new RejectExample("x".repeat(500), "a", 0).detail(), is("x".repeat(500)));
  }
}
