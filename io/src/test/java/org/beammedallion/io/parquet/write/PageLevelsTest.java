package org.beammedallion.io.parquet.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.api.Test;

class PageLevelsTest {

  /** Equal values after one another: their level, and how many there are. */
  private record Run(boolean present, int length) {}

  @Provide
  Arbitrary<List<Run>> runs() {
    Arbitrary<Integer> lengths =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between(1, 9)),
            Tuple.of(1, Arbitraries.integers().between(10, 200)));
    return Combinators.combine(Arbitraries.of(true, false), lengths)
        .as(Run::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property
  void theLibraryReadsWhatWasWritten(
      @ForAll("runs") List<Run> first, @ForAll("runs") List<Run> second) throws IOException {
    PageLevels levels = new PageLevels(true);
    write(first, levels);
    checkReadBack(first, levels);
    levels.reset();
    write(second, levels);
    checkReadBack(second, levels);
  }

  @Test
  void longRunsTakeFewBytes() throws IOException {
    PageLevels levels = new PageLevels(true);
    write(List.of(new Run(true, 10_003), new Run(false, 10_001), new Run(true, 5)), levels);
    assertThat(levels.bytes().size(), is(lessThan(20L)));
  }

  @Test
  void aRequiredColumnHasNoLevels() throws IOException {
    PageLevels levels = new PageLevels(false);
    levels.present();
    assertThat(levels.bytes().size(), is(0L));
  }

  private static void write(List<Run> runs, PageLevels levels) {
    for (Run run : runs) {
      for (int i = 0; i < run.length; i++) {
        if (run.present) {
          levels.present();
        } else {
          levels.absent();
        }
      }
    }
  }

  private static void checkReadBack(List<Run> runs, PageLevels levels) throws IOException {
    int count = runs.stream().mapToInt(Run::length).sum();
    int nulls = runs.stream().filter(run -> !run.present).mapToInt(Run::length).sum();
    assertThat(levels.count(), is(count));
    assertThat(levels.nulls(), is(nulls));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    levels.bytes().writeAllTo(bytes);
    ByteArrayInputStream page = new ByteArrayInputStream(bytes.toByteArray());
    assertThat(BytesUtils.readIntLittleEndian(page), is(page.available()));
    RunLengthBitPackingHybridDecoder decoder = new RunLengthBitPackingHybridDecoder(1, page);
    for (Run run : runs) {
      for (int i = 0; i < run.length; i++) {
        assertThat(decoder.readInt(), is(run.present ? 1 : 0));
      }
    }
    assertThat("all bytes are used", page.available(), is(0));
  }
}
