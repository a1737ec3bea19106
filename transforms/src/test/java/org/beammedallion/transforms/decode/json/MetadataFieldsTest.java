package org.beammedallion.transforms.decode.json;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.MessageFields.Header;
import org.beammedallion.transforms.raw.PackedFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetadataFieldsTest {

  private static final long MILLIS = 1_762_344_000_123L;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Field filled(String metadata, FieldType type, boolean ofMessages) {
    Metadata parsed = Metadata.parse(metadata, ofMessages);
    if (parsed == null) {
      throw new AssertionError(metadata);
    }
    return Field.optional("m", type).from(parsed);
  }

  private static RowBatch decode(Field field, MessageFields... messages) {
    RawBatch raw = RawBatches.of("{\"id\": 1}", "{\"id\": 2}");
    PackedFields both = PackedFields.of(messages[0], messages[messages.length - 1]);
    return decode(field, "kafka:shop.orders/12", raw.withFields(both));
  }

  private static RowBatch decode(Field field, String source, RawBatch raw) {
    RawBatch from =
        new RawBatch(
            source,
            0,
            null,
            raw.bytes(),
            raw.count(),
            raw.starts(),
            raw.lengths(),
            new long[] {70, 71},
            List.of(),
            null,
            raw.fields(),
            null);
    return JsonDecoder.of(schema(field), RowCheck.NONE).decode(from);
  }

  private static RecordSchema schema(Field field) {
    return RecordSchema.of(field, Field.required("id", FieldType.LONG));
  }

  private static List<@Nullable Object> values(Field field, RowBatch batch) {
    assertThat(batch.rejects().toString(), batch.count(), is(2));
    List<Map<String, @Nullable Object>> rows = RowValues.of(RowLayout.of(schema(field)), batch);
    assertThat(rows.stream().map(row -> row.get("id")).toList(), is(List.of(1L, 2L)));
    return rows.stream().<@Nullable Object>map(row -> row.get("m")).toList();
  }

  private static @Nullable Object value(String metadata, FieldType type, MessageFields message) {
    Field field = filled(metadata, type, true);
    return values(field, decode(field, message)).get(0);
  }

  private static MessageFields message(@Nullable String key, Header... headers) {
    return new MessageFields(key == null ? null : utf8(key), List.of(headers), MILLIS, true);
  }

  private static @Nullable Object pathValue(String metadata, FieldType type, String path) {
    Field field = filled(metadata, type, false);
    RawBatch raw = RawBatches.of("{\"id\": 1}", "{\"id\": 2}");
    return values(field, decode(field, path, raw)).get(0);
  }

  private static DeadLetter reject(Field field, MessageFields message) {
    RowBatch batch = decode(field, message);
    assertThat(batch.count(), is(0));
    assertThat(batch.length(), is(0));
    assertThat(batch.read(), is(2L));
    return batch.rejects().get(0);
  }

  @Test
  void tellsWhatAMessageHasBesideItsValue() {
    MessageFields message = message("k-1");
    assertThat(value("timestamp", FieldType.TIMESTAMP, message), is(MILLIS * 1000));
    assertThat(value("topic", FieldType.STRING, message), is("shop.orders"));
    assertThat(value("partition", FieldType.INT, message), is(12));
    assertThat(value("partition", FieldType.LONG, message), is(12L));
    assertThat(value("key", FieldType.STRING, message), is("k-1"));
    Field offset = filled("offset", FieldType.LONG, true);
    assertThat(values(offset, decode(offset, message)), is(List.of(70L, 71L)));
  }

  @Test
  void readsTextsAsThoseOfCsv() {
    assertThat(value("key", FieldType.LONG, message("+007")), is(7L));
    assertThat(value("key", FieldType.BOOLEAN, message("TRUE")), is(true));
    assertThat(value("key", FieldType.DOUBLE, message(".5")), is(0.5));
    assertThat(value("key", FieldType.DATE, message("1970-01-11")), is(10));
    assertThat(value("key", FieldType.TIMESTAMP, message("1970-01-01T01:00:00+01:00")), is(0L));
  }

  @Test
  void takesTheLastHeaderOfAName() {
    Header first = new Header("tenant", utf8("a"));
    Header last = new Header("tenant", utf8("b"));
    Header other = new Header("Tenant", utf8("c"));
    assertThat(value("header.tenant", FieldType.STRING, message("k", first, last, other)), is("b"));
    assertThat(
        value("header.x.y", FieldType.LONG, message("k", new Header("x.y", utf8("4")))), is(4L));
  }

  @Test
  void isNullWhereNothingIsThere() {
    assertThat(value("header.tenant", FieldType.STRING, message("k")), is(nullValue()));
    assertThat(
        value("header.h", FieldType.STRING, message("k", new Header("h", null))), is(nullValue()));
    assertThat(value("key", FieldType.STRING, message(null)), is(nullValue()));
    assertThat(value("key.id", FieldType.STRING, message(null)), is(nullValue()));
    assertThat(value("timestamp", FieldType.TIMESTAMP, MessageFields.NONE), is(nullValue()));
  }

  @Test
  void readsMembersOfAKeyAsThoseOfARecord() {
    MessageFields message =
        message(" {\"id\": 7, \"name\": \"\\u00fc\", \"paid\": false, \"gone\": null} ");
    assertThat(value("key.id", FieldType.LONG, message), is(7L));
    assertThat(value("key.name", FieldType.STRING, message), is("ü"));
    assertThat(value("key.paid", FieldType.BOOLEAN, message), is(false));
    assertThat(value("key.gone", FieldType.LONG, message), is(nullValue()));
    assertThat(value("key.absent", FieldType.LONG, message), is(nullValue()));
  }

  @Test
  void doesNotMixUpMessagesOfABatch() {
    Field tenant = filled("header.t", FieldType.STRING, true);
    assertThat(
        values(tenant, decode(tenant, message("k", new Header("t", utf8("first"))), message("k"))),
        is(Arrays.asList("first", null)));
    Field member = filled("key.a", FieldType.LONG, true);
    assertThat(
        values(member, decode(member, message("{\"a\": 1}"), message("{\"b\": 2}"))),
        is(Arrays.asList(1L, null)));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    DeadLetter text = reject(filled("key", FieldType.LONG, true), message("seven"));
    assertThat(text.reason(), is(Reason.TYPE_MISMATCH));
    assertThat(text.detail(), containsString("Field 'm' ('key' in the source)"));
    assertThat(text.detail(), containsString("'seven'"));
    assertThat(
        reject(filled("key.id", FieldType.LONG, true), message("{\"id\": \"7\"}")).reason(),
        is(Reason.TYPE_MISMATCH));
  }

  @Test
  void rejectsWhatIsNoTextOrNoObject() {
    MessageFields binary =
        new MessageFields(new byte[] {'a', (byte) 0xFF}, List.of(), MILLIS, true);
    DeadLetter letter = reject(filled("key", FieldType.STRING, true), binary);
    assertThat(letter.reason(), is(Reason.MALFORMED));
    assertThat(letter.detail(), containsString("invalid UTF-8 at byte 1"));
    // The number 5, and a text behind the number of its schema, are valid UTF-8.
    for (String key : List.of("\0\0\0\u0005", "\0\0\0\0\u0007\u0006abc")) {
      for (String metadata : List.of("key", "key.id")) {
        DeadLetter number = reject(filled(metadata, FieldType.STRING, true), message(key));
        assertThat(number.reason(), is(Reason.MALFORMED));
        assertThat(number.detail(), containsString("begins with a byte 0"));
      }
    }
    for (String key : List.of("7", "[1]", "{\"id\": 1", "{\"id\": 1} x")) {
      DeadLetter broken = reject(filled("key.id", FieldType.LONG, true), message(key));
      assertThat(key, broken.reason(), is(Reason.MALFORMED));
      assertThat(broken.detail(), containsString("key is no JSON object"));
    }
    assertThat(
        reject(filled("key.id", FieldType.LONG, true), binary).reason(), is(Reason.MALFORMED));
  }

  @Test
  void missesARequiredColumn() {
    Field required =
        new Field("m", "m", FieldType.STRING, true)
            .from(new Metadata(Metadata.Kind.HEADER, "tenant"));
    DeadLetter letter = reject(required, message("k"));
    assertThat(letter.reason(), is(Reason.MISSING_REQUIRED));
    assertThat(letter.detail(), containsString("'header.tenant' in the source"));
  }

  @Test
  void leavesAFieldOfTheRecordWithItsNameOut() {
    Field tenant = filled("topic", FieldType.STRING, true);
    RawBatch raw = RawBatches.of("{\"m\": \"own\", \"id\": 1}", "{\"id\": 2, \"m\": \"own\"}");
    RowBatch batch = decode(tenant, "kafka:t/0", raw);
    assertThat(values(tenant, batch), is(List.of("t", "t")));
    assertThat(batch.unknown().byName(), is(Map.of("m", 2L)));
  }

  @Test
  void theContractKnowsTheNameOfAFilledColumn() {
    Field tenant = filled("path", FieldType.STRING, false);
    RowCheck enforced =
        RecordChecks.of(RowLayout.of(schema(tenant)), List.of(), List.of())
            .rejectingUnknownFields();
    RowBatch batch =
        JsonDecoder.of(schema(tenant), enforced)
            .decode(
                RawBatches.of(
                    "{\"m\": \"own\", \"id\": 1}", "{\"m\": \"own\", \"id\": 2, \"n\": 1}"));
    assertThat(batch.count(), is(1));
    assertThat(batch.rejects().get(0).detail(), containsString("no field 'n'"));
  }

  @Test
  void tellsThePathOfAFile() {
    String path = "/data/day=2026-11-05/country=DE/day=2026-11-06/a=b.jsonl";
    assertThat(pathValue("path", FieldType.STRING, path), is(path));
    assertThat(pathValue("fileName", FieldType.STRING, path), is("a=b.jsonl"));
    assertThat(pathValue("partition.country", FieldType.STRING, path), is("DE"));
    assertThat(pathValue("partition.day", FieldType.STRING, path), is("2026-11-06"));
    assertThat(pathValue("partition.a", FieldType.STRING, path), is(nullValue()));
    assertThat(pathValue("partition.Day", FieldType.STRING, path), is(nullValue()));
  }

  @Test
  void undoesTheEscapesOfHiveAndSpark() {
    assertThat(
        pathValue("partition.at", FieldType.STRING, "/d/at=10%3A30 100%25 %zz %/x"),
        is("10:30 100% %zz %"));
    assertThat(pathValue("partition.n", FieldType.STRING, "/d/n=%C3%BC/x"), is("ü"));
    assertThat(pathValue("partition.a:b", FieldType.LONG, "/d/a%3Ab=4/x"), is(4L));
    assertThat(
        pathValue("partition.n", FieldType.STRING, "/d/n=__HIVE_DEFAULT_PARTITION__/x"),
        is(nullValue()));
    assertThat(pathValue("partition.n", FieldType.STRING, "/d/n=/x"), is(""));
  }
}
