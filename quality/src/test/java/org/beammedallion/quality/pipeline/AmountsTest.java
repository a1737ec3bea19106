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
    "pt5m,PT5M",
    "1H30m,PT1H30M",
    "500MS,PT0.5S",
    "500Ms,PT0.5S",
    "7D,PT168H",
    "P1D,PT24H",
    "90 s,PT1M30S"
  })
  void readsDurations(String text, Duration duration) {
    assertThat(Amounts.duration(text), is(duration));
    assertThat(Amounts.duration(Amounts.text(duration)), is(duration));
  }

  @ParameterizedTest
  @CsvSource({"36h", "1h30m", "1s500ms", "5m", "24h3ms"})
  void writesDurationsAsItReadsThem(String text) {
    assertThat(Amounts.text(Amounts.duration(text)), is(text));
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
  @CsvSource(
      delimiter = '|',
      value = {
        "1M | 1M: write 1m for a minute; months have no fixed length, use 30d",
        "15 M | 15 M: write 15m for minutes; months have no fixed length, use 30d",
        "1h30M | 1h30M: write 30m for minutes; months have no fixed length, use 30d",
        "1M2h | 1M2h: write 1m for a minute; months have no fixed length, use 30d"
      })
  void refusesACapitalMForItMayMeanAMonth(String text, String message) {
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Amounts.duration(text)).getMessage(),
        is(message));
  }

  @ParameterizedTest
  @CsvSource({
    "4096,4096",
    "256MB,256000000",
    "1M,1000000",
    "1m,1000000",
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
