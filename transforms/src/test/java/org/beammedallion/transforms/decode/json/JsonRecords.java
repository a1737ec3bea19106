package org.beammedallion.transforms.decode.json;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.time.Instant;
import java.util.Map;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;

/** Decodes records of JSON for tests. */
final class JsonRecords {

  static final String ORDER =
      """
      {"order_id": "o-1", "customer_id": "c-1", "amount": 12.5, "currency": "EUR", \
      "ordered_at": "2026-11-02T10:28:05+02:00", "updated_at": "2026-11-02T08:28:05Z"}""";

  private JsonRecords() {}

  static String string(String json) {
    return (String) value(FieldType.STRING, json);
  }

  static @Nullable Object value(FieldType type, String json) {
    return row(RecordSchema.of(Field.required("v", type)), "{\"v\":" + json + "}").get("v");
  }

  static DeadLetter reject(FieldType type, String json) {
    return reject(RecordSchema.of(Field.required("v", type)), "{\"v\":" + json + "}");
  }

  static Map<String, @Nullable Object> row(RecordSchema schema, String record) {
    RowBatch batch = decode(schema, record);
    assertThat(batch.rejects().toString(), batch.rejects(), is(empty()));
    return RowValues.of(RowLayout.of(schema), batch).get(0);
  }

  static DeadLetter reject(RecordSchema schema, String record) {
    RowBatch batch = decode(schema, record);
    assertThat(record, batch.count(), is(0));
    assertThat(record, batch.length(), equalTo(0));
    return batch.rejects().get(0);
  }

  static RowBatch decode(RecordSchema schema, String... records) {
    return JsonDecoder.of(schema, RowCheck.NONE).decode(RawBatches.of(records));
  }

  static long micros(String instant) {
    Instant parsed = Instant.parse(instant);
    return parsed.getEpochSecond() * 1_000_000 + parsed.getNano() / 1_000;
  }
}
