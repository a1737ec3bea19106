package org.beammedallion.transforms.decode.json;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.MessageFields.Header;
import org.beammedallion.transforms.raw.PackedFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectedMessagesTest {

  private static final RecordSchema SCHEMA = RecordSchema.of(Field.optional("id", FieldType.LONG));
  private static final RecordDecoder JSON = JsonDecoder.of(SCHEMA, RowCheck.NONE);

  private static Condition field(String path, String... values) {
    return new Condition(Part.field(path.split("/")), List.of(values));
  }

  private static RowBatch decode(List<Condition> conditions, RawBatch batch) {
    RowBatch rows = new SelectedMessages(conditions, JSON).decode(batch);
    assertThat(rows.read(), is((long) batch.count()));
    assertThat(rows.count() + rows.ignored() + rows.rejects().size(), is((long) batch.count()));
    return rows;
  }

  private static List<@Nullable Object> ids(RowBatch rows) {
    return RowValues.of(RowLayout.of(SCHEMA), rows).stream()
        .<@Nullable Object>map(row -> row.get("id"))
        .toList();
  }

  @Test
  void takesValuesWhoseFieldHasTheText() {
    RowBatch rows =
        decode(
            List.of(field("order/type", "a b", "2", "true")),
            RawBatches.of(
                "{\"id\": 1, \"order\": {\"type\": \"a b\"}}",
                "{\"id\": 2, \"order\": {\"type\": \"a\\u0020b\"}}",
                "{\"id\": 3, \"order\": {\"type\": 2}}",
                "{\"id\": 4, \"order\": {\"type\": true, \"x\": 1}}",
                "{\"id\": 5, \"order\": {\"type\": \"a bc\"}}",
                "{\"id\": 6, \"order\": {\"type\": 2.0}}",
                "{\"id\": 7, \"order\": {\"type\": null}}",
                "{\"id\": 8, \"order\": {}}",
                "{\"id\": 9, \"order\": [\"a b\"]}",
                "{\"id\": 10, \"type\": \"a b\"}",
                "{\"id\": 11, \"order\": \"a b\"}",
                "{}"));
    assertThat(ids(rows), is(List.of(1L, 2L, 3L, 4L)));
    assertThat(rows.ignored(), is(8L));
  }

  @Test
  void leavesWhatIsNoObjectToTheDecoder() {
    List<byte[]> records =
        List.of(
            "{\"id\": 1, \"type\": \"a\"}".getBytes(StandardCharsets.UTF_8),
            "{\"id\": 2, ".getBytes(StandardCharsets.UTF_8),
            "null".getBytes(StandardCharsets.UTF_8),
            "{\"type\": \"b\"} x".getBytes(StandardCharsets.UTF_8),
            new byte[] {'{', (byte) 0xFF, '}'},
            "{\"id\": 3, \"type\": \"b\"}".getBytes(StandardCharsets.UTF_8));
    RowBatch rows = decode(List.of(field("type", "a")), RawBatches.of(null, records));
    assertThat(ids(rows), is(List.of(1L)));
    assertThat(rows.ignored(), is(1L));
    assertThat(
        rows.rejects().stream().map(DeadLetter::reason).distinct().toList(),
        is(List.of(Reason.MALFORMED)));
  }

  private static MessageFields message(@Nullable String key, boolean hasValue, Header... headers) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new MessageFields(bytes, List.of(headers), 1, hasValue);
  }

  private static Header header(String name, String value) {
    return new Header(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void asksForTheLastHeaderAndForAllConditions() {
    RawBatch batch =
        RawBatches.of(
                "{\"id\": 1, \"v\": 1}",
                "{\"id\": 2, \"v\": 1}",
                "{\"id\": 3, \"v\": 2}",
                "{\"id\": 4, \"v\": 1}")
            .withFields(
                PackedFields.of(
                    message(null, true, header("type", "b"), header("type", "a")),
                    message(null, true, header("type", "a"), header("type", "b")),
                    message(null, true, header("type", "a")),
                    message(null, true)));
    Condition type = new Condition(Part.header("type"), List.of("a"));
    assertThat(ids(decode(List.of(type), batch)), is(List.of(1L, 3L)));
    assertThat(ids(decode(List.of(type, field("v", "1")), batch)), is(List.of(1L)));
  }

  @Test
  void makesDeletesOfMessagesWithoutAValue() {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("id", FieldType.LONG).from(new Metadata(Metadata.Kind.KEY, "")),
            Field.required("name", FieldType.STRING),
            Field.required("tenant", FieldType.STRING)
                .from(new Metadata(Metadata.Kind.HEADER, "tenant")),
            Field.optional("_offset", FieldType.LONG).from(new Metadata(Metadata.Kind.OFFSET, "")));
    Header tenant = header("tenant", "t");
    RawBatch batch =
        RawBatches.of("null", "{\"name\": \"a\"}", "null", "null", "{")
            .withFields(
                PackedFields.of(
                    message("7", false),
                    message("8", true, tenant),
                    message("seven", false, tenant),
                    message(null, false),
                    message("9", true, tenant)));
    RowBatch rows =
        NullValueDeletes.of(schema, List.of(0, 3), JsonDecoder.of(schema, RowCheck.NONE))
            .decode(batch);
    assertThat(rows.read(), is(5L));
    assertThat(rows.count(), is(2));
    assertThat(
        rows.rejects().stream().map(DeadLetter::reason).toList(),
        is(List.of(Reason.TYPE_MISMATCH, Reason.MISSING_REQUIRED, Reason.MALFORMED)));
    RowLayout layout = RowLayout.of(schema);
    int first = 0;
    int second = RowBatch.next(rows.bytes(), first);
    assertThat(RowBatch.isDelete(rows.bytes(), first), is(false));
    assertThat(RowBatch.isDelete(rows.bytes(), second), is(true));
    int delete = second + RowBatch.HEADER;
    assertThat(layout.longAt(rows.bytes(), delete, 0), is(7L));
    assertThat(layout.isNull(rows.bytes(), delete, 1), is(true));
    assertThat(layout.longAt(rows.bytes(), delete, 3), is(batch.positions()[0]));
  }
}
