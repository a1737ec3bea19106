package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations and sizes as people write them. */
class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "1h,PT1H",
    "15m,PT15M",
    "7d,PT168H",
    "1h30m,PT1H30M",
    "500ms,PT0.5S",
    "2w,PT336H",
    "PT5M,PT5M",
    "P1D,PT24H",
    "90 s,PT1M30S"
  })
  void readsDurations(String text, Duration duration) {
    assertThat(Amounts.duration(text), is(duration));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "h",
        "1x",
        "-1h",
        "1h-",
        "0s",
        "PT0.0001S",
        "99999999999w",
        "200000d",
        "P",
        "1.5h"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThrows(IllegalArgumentException.class, () -> Amounts.duration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "4096,4096",
    "256MB,256000000",
    "16MiB,16777216",
    "1GiB,1073741824",
    "1.5kb,1500",
    "2 TB,2000000000000"
  })
  void readsSizes(String text, long bytes) {
    assertThat(Amounts.bytes(text), is(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "1XB", "-1", "1.5", "999999999999999999TB"})
  void refusesWhatIsNoSize(String text) {
    assertThrows(IllegalArgumentException.class, () -> Amounts.bytes(text));
  }
}
