package org.beammedallion.pipelines.jobs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a second shuffle saves enough files. Four bytes of text are about one of Parquet. */
class RegroupingTest {

  private static final long MEGABYTE = 1 << 20;

  private static Regrouping regrouping(int bundles, long megabytes, double partitions) {
    return Regrouping.of(bundles, megabytes * MEGABYTE, partitions, MEGABYTE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, false",
    "4, 0, 365, false",
    "5, 0, 1, true",
    "5, 0, 365, true",
    // Eight files hold the rows, and each bundle writes one for each of two partitions.
    "16, 32, 2, false",
    "17, 32, 2, true",
    // Each bundle has enough for whole files of its own.
    "16, 400, 1, false"
  })
  void regroupsWhereBundlesWouldWriteMoreThanFourTimesTheFiles(
      int bundles, long megabytes, double partitions, boolean regroup) {
    assertThat(regrouping(bundles, megabytes, partitions).regroup(), is(regroup));
  }

  @ParameterizedTest
  @CsvSource({"0, 365, 1", "4, 1, 1", "5, 1, 2", "32, 2, 4", "33, 2, 5"})
  void aPartitionOfManyFilesIsWrittenInAsManyPlaces(long megabytes, double partitions, int splits) {
    assertThat(regrouping(100, megabytes, partitions).splits(), is(splits));
  }

  @Test
  void withLargeFilesAPlaceStillFitsInMemory() {
    long text = Runtime.getRuntime().maxMemory() * 8;
    Regrouping regrouping = Regrouping.of(100, text, 1, text);
    assertThat(text / regrouping.splits() <= Runtime.getRuntime().maxMemory() / 8, is(true));
  }
}
