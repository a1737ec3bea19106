package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.json.JsonRecords.micros;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.value;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Timestamps, dates and times in JSON. */
class JsonTimesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-02T10:28:05Z|2026-11-02T10:28:05Z",
        "2026-11-02t10:28:05z|2026-11-02T10:28:05Z",
        "2026-11-02 10:28:05+02:00|2026-11-02T08:28:05Z",
        "2026-11-02T10:28:05+0200|2026-11-02T08:28:05Z",
        "2026-11-02T10:28:05-02|2026-11-02T12:28:05Z",
        "2026-11-02T10:28Z|2026-11-02T10:28:00Z",
        "2026-11-02T10:28:05.1Z|2026-11-02T10:28:05.100Z",
        "2026-11-02T10:28:05,123456Z|2026-11-02T10:28:05.123456Z",
        "2026-11-02T10:28:05.123456789+00:00|2026-11-02T10:28:05.123456Z",
        "1969-12-31T23:59:59.999999999Z|1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z|0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z|9999-12-31T23:59:59.999999Z",
        "2024-02-29T00:00:00Z|2024-02-29T00:00:00Z",
        "2000-02-29T00:00:00Z|2000-02-29T00:00:00Z",
        "2026-11-02T10:28:05|2026-11-02T10:28:05Z"
      })
  void readsIsoTimestamps(String text, Instant expected) {
    assertThat(value(FieldType.TIMESTAMP, "\"" + text + "\""), is(micros(expected.toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-11-02",
        "2026-11-02T",
        "2026-11-02T10",
        "2026-11-02T10:28:60Z",
        "2026-11-02T24:00:00Z",
        "2026-11-02T10:60:00Z",
        "2026-13-02T10:28:05Z",
        "2026-02-29T10:28:05Z",
        "1900-02-29T00:00:00Z",
        "2026-00-02T10:28:05Z",
        "2026-01-00T10:28:05Z",
        "0000-01-01T00:00:00Z",
        "2026-11-02T10:28:05.Z",
        "2026-11-02T10:28:05.1234567890Z",
        "2026-11-02T10:28:05+19:00",
        "2026-11-02T10:28:05+2",
        "2026-11-02T10:28:05+02:0",
        "2026-11-02T10:28:05+02:60",
        "2026-11-02T10:28:05ZZ",
        "2026-11-02T10:28:05 Z",
        " 2026-11-02T10:28:05Z",
        "2026/11/02T10:28:05Z",
        "2026-11-02_10:28:05Z",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "2026-1a-02T10:28:05Z",
        "2026-11-02T10:28:5Z",
        "２026-11-02T10:28:05Z",
        "2026-11-02T10.28:05Z",
        "+2026-11-02T10:28:05Z"
      })
  void rejectsWhatIsNoTimestamp(String text) {
    DeadLetter letter = reject(FieldType.TIMESTAMP, "\"" + text + "\"");

    assertThat(letter.reason(), is(TYPE_MISMATCH));
    assertThat(letter.detail(), allOf(containsString("'v'"), containsString(text)));
  }

  @Test
  void readsTimestampsThatNameNoZoneInTheZoneOfTheContract() {
    FieldType berlin = new TimestampType(null, ZoneId.of("Europe/Berlin"));

    assertThat(value(berlin, "\"2026-07-01T12:00:00\""), is(micros("2026-07-01T10:00:00Z")));
    assertThat(value(berlin, "\"2026-12-01T12:00:00\""), is(micros("2026-12-01T11:00:00Z")));
    assertThat(value(berlin, "\"2026-12-01T12:00:00Z\""), is(micros("2026-12-01T12:00:00Z")));
    // Clocks jump from two to three in the gap, and the overlap comes twice: java.time takes the
    // earlier offset.
    assertThat(value(berlin, "\"2026-03-29T02:30:00\""), is(micros("2026-03-29T01:30:00Z")));
    assertThat(value(berlin, "\"2026-10-25T02:30:00\""), is(micros("2026-10-25T00:30:00Z")));
  }

  @Test
  void readsTimestampsInTheFormatOfTheContract() {
    ZoneId newYork = ZoneId.of("America/New_York");

    assertThat(
        value(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"02/11/2026 10:28:05\""),
        is(micros("2026-11-02T15:28:05Z")));
    assertThat(
        value(new TimestampType("d MMM yyyy HH:mm XXX", newYork), "\"2 Nov 2026 10:28 +02:00\""),
        is(micros("2026-11-02T08:28:00Z")));
    assertThat(
        value(new TimestampType("yyyyMMdd", newYork), "\"20261102\""),
        is(micros("2026-11-02T05:00:00Z")));
    assertThat(
        reject(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"31/02/2026 10:28:05\"")
            .reason(),
        is(TYPE_MISMATCH));
    assertThat(
        reject(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"2026-11-02T10:28:05Z\"")
            .detail(),
        containsString("format 'dd/MM/yyyy HH:mm:ss'"));
  }

  @Test
  void makesUpNothingThatATextLeavesOut() {
    FieldType optional = new TimestampType("yyyy-MM-dd['T'HH:mm]", ZoneOffset.UTC);
    assertThat(value(optional, "\"2026-11-02T15:30\""), is(micros("2026-11-02T15:30:00Z")));
    assertThat(reject(optional, "\"2026-11-02\"").reason(), is(TYPE_MISMATCH));
    FieldType twelve = new TimestampType("yyyy-MM-dd hh:mm", ZoneOffset.UTC);
    assertThat(reject(twelve, "\"2026-11-02 03:30\"").reason(), is(TYPE_MISMATCH));
    FieldType halves = new TimestampType("yyyy-MM-dd hh:mm a", ZoneOffset.UTC);
    assertThat(value(halves, "\"2026-11-02 12:30 AM\""), is(micros("2026-11-02T00:30:00Z")));
    assertThat(value(halves, "\"2026-11-02 12:30 PM\""), is(micros("2026-11-02T12:30:00Z")));
  }

  @Test
  void readsIdsOfZonesButNoAbbreviations() {
    FieldType zoned = new TimestampType("yyyy-MM-dd HH:mm VV", ZoneOffset.UTC);
    assertThat(
        value(zoned, "\"2026-07-02 12:00 Europe/Berlin\""), is(micros("2026-07-02T10:00:00Z")));
    for (String name : List.of("EST", "CET", "EET", "IST", "CST", "PST")) {
      assertThat(reject(zoned, "\"2026-07-02 12:00 " + name + "\"").reason(), is(TYPE_MISMATCH));
    }
  }

  @Test
  void readsYearsOfTwoDigitsInTheirWindow() {
    FieldType born = new FieldType.DateType("dd.MM.yy{1930}");
    assertThat(value(born, "\"29.02.96\""), is((int) LocalDate.of(1996, 2, 29).toEpochDay()));
    assertThat(value(born, "\"01.01.30\""), is((int) LocalDate.of(1930, 1, 1).toEpochDay()));
    assertThat(value(born, "\"31.12.29\""), is((int) LocalDate.of(2029, 12, 31).toEpochDay()));
    assertThat(reject(born, "\"01.01.1930\"").reason(), is(TYPE_MISMATCH));
  }

  @Test
  void refusesAFormatThatIsNone() {
    RecordSchema schema =
        RecordSchema.of(Field.optional("v", new TimestampType("yyyy-MM-ddTHH", ZoneOffset.UTC)));

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> JsonDecoder.of(schema, RowCheck.NONE));
    assertThat(e.getMessage(), allOf(containsString("'v'"), containsString("yyyy-MM-ddTHH")));
  }

  @Test
  void readsDatesAndTimes() {
    assertThat(
        value(FieldType.DATE, "\"2026-11-02\""), is((int) LocalDate.of(2026, 11, 2).toEpochDay()));
    assertThat(
        value(FieldType.DATE, "\"0001-01-01\""), is((int) LocalDate.of(1, 1, 1).toEpochDay()));
    assertThat(
        value(new FieldType.DateType("dd.MM.yyyy"), "\"02.11.2026\""),
        is((int) LocalDate.of(2026, 11, 2).toEpochDay()));
    assertThat(value(FieldType.TIME, "\"10:28\""), is(LocalTime.of(10, 28).toNanoOfDay() / 1000));
    assertThat(value(FieldType.TIME, "\"23:59:59.999999\""), is(86_399_999_999L));
    assertThat(
        value(new FieldType.TimeType("h:mm a"), "\"1:30 PM\""),
        is(LocalTime.of(13, 30).toNanoOfDay() / 1000));
    for (String text : List.of("2026-11-2", "2026-11-02T00:00", "2026-02-30", "0000-01-01")) {
      assertThat(reject(FieldType.DATE, "\"" + text + "\"").reason(), is(TYPE_MISMATCH));
    }
    for (String text : List.of("10", "10:28:05Z", "24:00", "10:28:60", "10:28:", "1:28")) {
      assertThat(reject(FieldType.TIME, "\"" + text + "\"").reason(), is(TYPE_MISMATCH));
    }
  }
}
