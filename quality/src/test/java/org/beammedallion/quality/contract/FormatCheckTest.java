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
        "yyyy-mm-dd HH:mm | used before the hours | yyyy-MM-dd HH:mm",
        "yyyy-mm-dd HH:MM | used before the hours | yyyy-MM-dd HH:mm",
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
            "the literal text 'Z' is not read, so that values would be in the defaultTimezone"
                + " Europe/Berlin; an offset or Z is 'X'; where all values have the same, set"
                + " 'defaultTimezone' to it; write \"yyyy-MM-dd'T'HH:mm:ssX\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "yyyy-MM-dd'T'HH:mm:ss+02:00 | UTC | +02:00",
        "yyyy-MM-dd'T'HH:mm:ss+02:00 | Europe/Berlin | +02:00",
        "yyyy-MM-dd'T'HH:mm:ss+02:00 | +01:00 | +02:00",
        "yyyy-MM-dd HH:mm:ss '+'02'00' | UTC | +0200",
        "yyyy-MM-dd HH:mm:ss '+0200' | UTC | +0200",
        "yyyy-MM-dd HH:mm:ss '-05:00' | +05:00 | -05:00",
        "yyyy-MM-dd HH:mm:ss-05 | UTC | -05",
        "yyyy-MM-dd HH:mm:ss'.000+0200' | UTC | +0200",
        "yyyy-MM-dd'T00:00:00+01:00' | UTC | +01:00",
        "yyyy-MM-dd HH:mm:ss 'GMT+02:00' | UTC | GMT+02:00",
        "yyyy-MM-dd HH:mm:ss 'Etc/GMT+5' | +05:00 | Etc/GMT+5",
        "yyyy-MM-dd HH:mm 'EST' | UTC | EST",
        "yyyy-MM-dd HH:mm 'EST' | America/New_York | EST",
        "yyyy-MM-dd HH:mm 'EDT' | -05:00 | EDT",
        "EEE MMM dd HH:mm:ss 'CET' yyyy | UTC | CET",
        "EEE MMM dd HH:mm:ss 'CEST' yyyy | +01:00 | CEST",
        "yyyy-MM-dd HH:mm '(UTC)' | +02:00 | UTC",
        "yyyy-MM-dd HH:mm'UTC' | Europe/London | UTC",
        "yyyy-MM-dd HH:mm 'GMT' | Europe/London | GMT",
        "'UTC' yyyy-MM-dd HH:mm | -08:00 | UTC",
        "yyyy-MM-dd'T00:00:00Z' | +02:00 | Z",
        "yyyy-MM-dd HH:mm '(Europe/Berlin)' | UTC | Europe/Berlin",
        "yyyy-MM-dd HH:mm '(Central European Summer Time)' | UTC | Central European Summer Time",
        "yyyy-MM-dd HH:mm 'ET' | UTC | ET",
        "yyyy-MM-dd HH:mm 'MEZ' | UTC | MEZ",
        "yyyy-MM-dd HH:mm 'UTC/GMT' | +02:00 | UTC/GMT",
        "yyyy-MM-dd HH:mm[XXX]['Z'] | +02:00 | Z",
        "yyyy-MM-dd HH:mm[ '+02:00'] | UTC | +02:00"
      })
  void refusesALiteralZoneOrOffsetThatIsNotTheDefault(String format, String zone, String found) {
    assertThat(
        FormatCheck.problem(new TimestampType(format, ZoneId.of(zone))), containsString(found));
    assertThat(
        FormatCheck.problem(new TimestampType(format, ZoneId.of(zone))),
        containsString("is not read, so that values would be in the defaultTimezone"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "yyyy-MM-dd'T'HH:mm:ss+02:00 | +02:00",
        "yyyy-MM-dd HH:mm:ss '+0200' | +02:00",
        "yyyy-MM-dd HH:mm:ss '-05:00' | -05:00",
        "yyyy-MM-dd HH:mm:ss+00:00 | UTC",
        "yyyy-MM-dd HH:mm:ss 'GMT+2' | +02:00",
        "yyyy-MM-dd HH:mm:ss 'Etc/GMT+5' | -05:00",
        "yyyy-MM-dd HH:mm 'EST' | -05:00",
        "yyyy-MM-dd HH:mm 'IST' | +05:30",
        "yyyy-MM-dd HH:mm 'IST' | +02:00",
        "yyyy-MM-dd HH:mm 'CET' | +01:00",
        "yyyy-MM-dd HH:mm 'ET' | America/New_York",
        "yyyy-MM-dd HH:mm '(Europe/Berlin)' | Europe/Berlin",
        "yyyy-MM-dd HH:mm '(UTC)' | UTC",
        "yyyy-MM-dd HH:mm 'GMT' | Etc/UTC",
        "yyyy-MM-dd'T00:00:00.000Z' | UTC",
        "yyyy-MM-dd HH:mm:ss 'GMT'XXX | Europe/Berlin",
        "yyyy-MM-dd HH:mm:ss[ 'GMT'XXX] | Europe/Berlin",
        "yyyy-MM-dd-HH.mm.ss | Europe/Berlin",
        "yyyy-MM-dd'-00.00.00' | Europe/Berlin",
        "yyyy-MM-dd'T'HH'h'mm'm'ss's' | Europe/Berlin",
        "dd/MM/yyyy 'at' HH:mm | Europe/Berlin",
        "dd/MM/yyyy 'AT' HH:mm | Europe/Berlin",
        "dd/MM/yyyy 'a las' HH:mm | Europe/Berlin",
        "'am' dd.MM.yyyy 'um' HH:mm 'Uhr' | Europe/Berlin"
      })
  void acceptsALiteralZoneThatTheDefaultSaysAndOtherLiterals(String format, String zone) {
    assertThat(FormatCheck.problem(new TimestampType(format, ZoneId.of(zone))), is(nullValue()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd HH:mm 'PM'",
        "yyyy-MM-dd hh:mm 'PM'",
        "yyyy-MM-dd hh:mm'am'",
        "yyyy-MM-dd hh:mm 'a.m.'",
        "yyyy-MM-dd h:mm 'p. m.'",
        "yyyy-MM-dd HH:mm'P'",
        "yyyy-MM-dd 'PM' h:mm"
      })
  void refusesALiteralHalfOfTheDay(String format) {
    assertThat(
        FormatCheck.problem(timestamp(format)),
        containsString("so that morning and evening would be the same; AM and PM are 'a'"));
    String time = format.substring(11);
    assertThat(FormatCheck.problem(new TimeType(time)), containsString("AM and PM are 'a'"));
  }

  @Test
  void saysWhatToWriteForALiteralOffset() {
    assertThat(
        FormatCheck.problem(timestamp("yyyy-MM-dd HH:mm:ss+02:00")),
        containsString("; write \"yyyy-MM-dd HH:mm:ssXXX\""));
    assertThat(
        FormatCheck.problem(timestamp("yyyy-MM-dd HH:mm:ss '-0500'")),
        containsString("; write \"yyyy-MM-dd HH:mm:ss XX\""));
    assertThat(
        FormatCheck.problem(timestamp("yyyy-MM-dd hh:mm 'PM'")),
        containsString("; write \"yyyy-MM-dd hh:mm a\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "yyyy-MM-dd |",
        "d MMM yyyy |",
        "yyyy-MM-dd' 00:00:00' |",
        "yyyy-MM-dd' 12:00:00 AM' |",
        "yyyy-MM-dd'T00:00:00+02:00' |",
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
