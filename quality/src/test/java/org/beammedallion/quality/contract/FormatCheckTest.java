package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.TemporalType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats that tell a value, and those that parse but do not. */
class FormatCheckTest {

  private static TimestampType timestamp(String format) {
    return new TimestampType(format, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ssZ",
        "dd.MM.yyyy HH:mm",
        "d/M/uuuu H:m",
        "MM/dd/yyyy hh:mm:ss a",
        "M/d/yyyy K:mm a",
        "yyyy-MM-dd kk:mm",
        "EEE, d MMM yyyy HH:mm:ss xx",
        "EEEE, d MMMM yyyy HH:mm OOOO",
        "d MMM yyyy HH:mm XXX",
        "yyyyMMddHHmmssSSS",
        "yyyyMMdd",
        "yyyyMMddHH",
        "yyyy-DDD HH:mm",
        "yyyy-MM-dd HH:mm:ss[.SSS][XXX]",
        "yyyy-MM-dd[ HH:mm:ss]['T'HH:mm:ss]",
        "[yyyy-MM-dd][dd.MM.yyyy] HH:mm",
        "yyyy-MM-dd HH:mm:ss VV",
        "yyyy-MM-dd'T'HH:mm:ssXXX'['VV']'",
        "yyyy-MM-dd A",
        "G yyyy-MM-dd HH:mm",
        "HH:mm dd.MM.yyyy",
        "yy{1950}-MM-dd HH:mm",
        "[dd/MM/yy{1900} HH:mm]"
      })
  void acceptsWhatTellsAPointInTime(String format) {
    assertThat(FormatCheck.problem(timestamp(format)), is(nullValue()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "yyyy-MM-dd hh:mm:ss | count to twelve | yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd KK:mm | count to twelve | yyyy-MM-dd HH:mm",
        "yyyy-MM-dd h:mm[ a] | count to twelve | ",
        "yyyy-MM-DD HH:mm | day of the year | yyyy-MM-dd HH:mm",
        "YYYY-MM-dd HH:mm | year that a week belongs to | yyyy-MM-dd HH:mm",
        "YYYY-MM-DDTHH:mm:ss | Unknown pattern letter: T | yyyy-MM-dd'T'HH:mm:ss",
        "dd/MM/yy HH:mm | two digits | ",
        "d/M/y HH:mm | year of any length | d/M/yyyy HH:mm",
        "yyyy-mm-dd HH:mm | stands before the hours | yyyy-MM-dd HH:mm",
        "yyyy-mm-dd HH:MM | stands before the hours | yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:MM:ss | 'M' stands there twice | yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:SS | no second | yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:ss | no minute | ",
        "yyyy-MM-dd mm:ss | no hour | ",
        "yyyy-MM-dd a | no hour | ",
        "yyyy-MM HH:mm | no day | ",
        "yyyy-dd HH:mm | no month | ",
        "MM-dd HH:mm | no year | ",
        "HH:mm | no year | ",
        "yyyy-MM-dd HH:mm z | EST, IST or CST | ",
        "yyyy-MM-dd HH:mm zzzz | EST, IST or CST | ",
        "yyyy-MM-dd HH:mm v | EST, IST or CST | ",
        "yyyy-'W'ww-e HH:mm | counts weeks | ",
        "yyyy-MM-dd B h:mm | 'B' is not read | ",
        "yyyy-MM-dd HH:mm:ss.nnn | number of nanoseconds | yyyy-MM-dd HH:mm:ss.SSS",
        "yyyy-MM-dd['T'HH:mm] | the time is optional | ",
        "yyyy-MM-dd[ HH[:mm]] | the time is optional | ",
        "yyyyMdd HH:mm | does not come back | ",
        "yyyy-MMMMM-dd HH:mm | one letter | ",
        "yyyy-MM-dd HH:mm:ss.ss | 's' stands there twice | ",
        "yyyy-MM-ddTHH:mm | Unknown pattern letter: T | yyyy-MM-dd'T'HH:mm",
        "%Y-%m-%d %H:%M:%S | year that a week belongs to | yyyy-MM-dd HH:mm:ss",
        "%Y-%m-%dT%H:%M:%S%z | Unknown pattern letter: T | yyyy-MM-dd'T'HH:mm:ssXX",
        "YYYY-MM-DD HH24:MI:SS | Unknown pattern letter: I | yyyy-MM-dd HH:mm:ss",
        "iso8601 | Unknown pattern letter: i | ",
        "yyyy-MM-dd HH:mm {x} | reserved | "
      })
  void refusesWhatDoesNotTellAPointInTime(String format, String why, String instead) {
    String problem = FormatCheck.problem(timestamp(format));
    assertThat(problem, containsString(why));
    assertThat(
        problem,
        instead == null
            ? org.hamcrest.Matchers.not(containsString("; write \""))
            : containsString("; write \"" + instead + "\""));
  }

  @Test
  void refusesALiteralZoneBesideAnotherDefault() {
    TemporalType type = new TimestampType("yyyy-MM-dd'T'HH:mm:ss'Z'", ZoneId.of("Europe/Berlin"));
    assertThat(
        FormatCheck.problem(type),
        is(
            "'Z' in apostrophes is not read, so that values would be in the defaultTimezone"
                + " Europe/Berlin; an offset or Z is 'X'; write \"yyyy-MM-dd'T'HH:mm:ssX\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "yyyy-MM-dd |",
        "d MMM yyyy |",
        "yyyy-MM-dd' 00:00:00' |",
        "yyyyDDD |",
        "yyyy-MM-dd HH:mm:ss | a date would lose it",
        "yyyy-MM-ddXXX | only a timestamp has",
        "yyyy-MM-DD | day of the year",
        "yyyy-mm-dd | 'm' is the minute; the month is 'MM'",
        "dd/MM/yy | twoDigitYearsFrom",
        "MM-dd | no year",
        "yyyy-MM | no day",
        "YYYY-'W'ww | year that a week belongs to"
      })
  void holdsFormatsOfDatesAgainstDates(String format, String why) {
    String problem = FormatCheck.problem(new DateType(format));
    assertThat(problem, why == null ? is(nullValue()) : containsString(why));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "HH:mm |",
        "HHmmss |",
        "h:mm a |",
        "HH:mm:ss[.SSSSSS] |",
        "N |",
        "hh:mm | count to twelve",
        "mm:ss | no hour",
        "a | no hour",
        "HH:mmXXX | only a timestamp has",
        "yyyy-MM-dd HH:mm | a time of day would lose it",
        "HH:MM | a time of day would lose it"
      })
  void holdsFormatsOfTimesAgainstTimes(String format, String why) {
    String problem = FormatCheck.problem(new TimeType(format));
    assertThat(problem, why == null ? is(nullValue()) : containsString(why));
  }

  @Test
  void saysWhereTheFormatStandsAndWhatToWrite() {
    assertThat(
        Contracts.refusal(
            "- {name: v, logicalType: timestamp, logicalTypeOptions: {format: 'yyyy-MM-dd"
                + " hh:mm:ss'}}"),
        is(
            "c.yaml:6:68: format 'yyyy-MM-dd hh:mm:ss' of 'v' is not a pattern of"
                + " java.time.format.DateTimeFormatter that gives a complete value, such as"
                + " yyyy-MM-dd HH:mm:ss: 'h' and 'K' count to twelve, so that without 'a' for AM or"
                + " PM morning and evening are the same; hours of the day are 'HH'; write"
                + " \"yyyy-MM-dd HH:mm:ss\"."));
  }

  @Test
  void readsYearsOfTwoDigitsInTheWindowThatIsGiven() {
    TableContract table =
        Contracts.table(
            """
            - name: born
              logicalType: date
              logicalTypeOptions: {format: dd/MM/yy, minimum: 01/01/50}
              customProperties: [{property: twoDigitYearsFrom, value: 1950}]
            """);
    FieldType type = table.schema().fields().get(0).type();
    assertThat(type, is(new DateType("dd/MM/yy{1950}")));
    assertThat(Literals.units(type, "29/02/96"), is(days("1996-02-29")));
    assertThat(Literals.units(type, "01/01/50"), is(days("1950-01-01")));
    assertThat(Literals.units(type, "31/12/49"), is(days("2049-12-31")));
    assertThat(
        Contracts.refusal(
            """
            - name: born
              logicalType: date
              logicalTypeOptions: {format: dd/MM/yy}
              customProperties: [{property: twoDigitYearsFrom, value: 50}]
            """),
        startsWith(
            "c.yaml:9:61: 'twoDigitYearsFrom' of 'born' takes the first year that two digits can"
                + " mean"));
  }

  private static BigDecimal days(String date) {
    return BigDecimal.valueOf(LocalDate.parse(date).toEpochDay());
  }

  @Test
  void readsLimitsInTheFieldsFormatAndMakesNothingUp() {
    TemporalType type = timestamp("yyyy-MM-dd[ HH:mm:ss]['T'HH:mm:ss]");
    assertThat(
        Literals.units(type, "2026-03-05 13:00:00"),
        is(BigDecimal.valueOf(Instant.parse("2026-03-05T13:00:00Z").getEpochSecond() * 1_000_000)));
    FieldType noon = timestamp("yyyy-MM-dd hh:mm a");
    assertThat(
        Literals.units(noon, "2026-03-05 12:30 PM"),
        is(BigDecimal.valueOf(Instant.parse("2026-03-05T12:30:00Z").getEpochSecond() * 1_000_000)));
  }
}
