package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that count from 1970. The instants are those of GNU date. */
class EpochsTest {

  private static RecordSchema schema(String format) {
    return RecordSchema.of(Field.required("v", new TimestampType(format, ZoneOffset.UTC)));
  }

  private static RowBatch json(String format, String value) {
    return JsonDecoder.of(schema(format), RowCheck.NONE)
        .decode(RawBatches.of("{\"v\":" + value + "}"));
  }

  private static RowBatch csv(String format, String value) {
    return CsvDecoder.of(schema(format), CsvFormat.RFC_4180, RowCheck.NONE)
        .decode(RawBatches.withHeader("v", value));
  }

  private static Instant instant(String format, RowBatch batch) {
    assertThat(batch.rejects().toString(), batch.rejects(), is(empty()));
    Object micros = RowValues.of(RowLayout.of(schema(format)), batch).get(0).get("v");
    return Instant.EPOCH.plus((Long) micros, ChronoUnit.MICROS);
  }

  @ParameterizedTest
  @CsvSource({
    "epoch_seconds,1700000000,2023-11-14T22:13:20Z",
    "epoch_seconds,1700000000.5,2023-11-14T22:13:20.500Z",
    "epoch_seconds,1700000000.1234567,2023-11-14T22:13:20.123456Z",
    "epoch_seconds,1.7e9,2023-11-14T22:13:20Z",
    "epoch_seconds,-1,1969-12-31T23:59:59Z",
    "epoch_seconds,-0.0000001,1969-12-31T23:59:59.999999Z",
    "epoch_seconds,253402300799,9999-12-31T23:59:59Z",
    "epoch_millis,1700000000123,2023-11-14T22:13:20.123Z",
    "epoch_millis,-1,1969-12-31T23:59:59.999Z",
    "epoch_millis,0,1970-01-01T00:00:00Z",
    "epoch_micros,1700000000123456,2023-11-14T22:13:20.123456Z",
    "epoch_nanos,1700000000123456789,2023-11-14T22:13:20.123456Z",
    "epoch_nanos,-1,1969-12-31T23:59:59.999999Z"
  })
  void countFrom1970(String format, String value, Instant expected) {
    assertThat(instant(format, json(format, value)), is(expected));
    assertThat(instant(format, json(format, '"' + value + '"')), is(expected));
    assertThat(instant(format, csv(format, value)), is(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "epoch_seconds,253402300800",
    "epoch_seconds,9223372036854775807",
    "epoch_millis,9223372036854775807",
    "epoch_seconds,1e999999999",
    "epoch_seconds,1e9999999999999",
    "epoch_seconds,1e30",
    "epoch_seconds,99999999999999999999999999999999999999999999999999999999999999999999999"
  })
  void refusesWhatIsBeyondTheYear9999(String format, String value) {
    DeadLetter ofJson = json(format, value).rejects().get(0);
    assertThat(ofJson.reason(), is(Reason.TYPE_MISMATCH));
    assertThat(ofJson.detail(), containsString("is beyond the range of a timestamp (format '"));
    assertThat(csv(format, value).rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @ParameterizedTest
  @CsvSource({"true", "\"\"", "\"x\"", "\"2026-01-01T00:00:00Z\"", "\"0x10\"", "\"1 \""})
  void refusesWhatIsNoNumber(String value) {
    assertThat(json("epoch_seconds", value).rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void aNumberIsNoTimestampUntilAFormatSaysSo() {
    RecordSchema plain = RecordSchema.of(Field.required("v", FieldType.TIMESTAMP));
    assertThat(
        JsonDecoder.of(plain, RowCheck.NONE)
            .decode(RawBatches.of("{\"v\":1700000000}"))
            .rejects()
            .get(0)
            .reason(),
        is(Reason.TYPE_MISMATCH));
  }
}
