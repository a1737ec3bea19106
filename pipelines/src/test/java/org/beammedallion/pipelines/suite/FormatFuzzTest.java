package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.fuzz.FuzzGroup.Format;
import org.beammedallion.fixtures.fuzz.FuzzReport;
import org.beammedallion.fixtures.fuzz.FuzzReport.Count;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random files of other writers give the rows that other engines read from them, or a refusal that
 * is allowed; and most of them give rows.
 */
class FormatFuzzTest {

  private static final int FILES_OF_A_FORMAT = 50;

  /** Some files of Parquet neither DuckDB nor Spark reads, such as decimals beside nanoseconds. */
  private static final long FEWEST_JUDGED = 45;

  private static final double LEAST_EQUAL = 0.9;
  private static final long SEED = 20_261_126;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @ParameterizedTest
  @EnumSource
  void silverIsWhatOtherEnginesRead(Format format) throws Exception {
    FuzzReport report = new FormatFuzzer(folder).run(SEED, FILES_OF_A_FORMAT, List.of(format));
    System.out.println(report);
    assertThat(report.toString(), report.failures(), is(empty()));
    assertThat(
        report.toString(), report.of(format, Count.FILES), is(greaterThanOrEqualTo(FEWEST_JUDGED)));
    assertThat(report.toString(), report.equalShare(format), is(greaterThan(LEAST_EQUAL)));
  }
}
