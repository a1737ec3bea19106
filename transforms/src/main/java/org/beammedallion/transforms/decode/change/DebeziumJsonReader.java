package org.beammedallion.transforms.decode.change;

import java.util.Arrays;
import java.util.Map;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.json.JsonMembers;
import org.beammedallion.transforms.decode.json.JsonRecordReader;
import org.beammedallion.transforms.decode.json.JsonScanner;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Reads a Debezium envelope in JSON, with its schema beside it or without. Not thread-safe. */
final class DebeziumJsonReader implements RecordReader {

  private static final int SCHEMA = 0;
  private static final int PAYLOAD = 1;
  private static final int OPERATION = 2;
  private static final int BEFORE = 3;
  private static final int AFTER = 4;
  private static final int SOURCE = 5;
  private static final int TIME = 6;

  private final RowLayout layout;
  private final RowBuilder builder;
  private final Faults faults;
  private final ChangeEvent event;
  private final JsonScanner scanner = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);
  private final JsonMembers envelope =
      new JsonMembers("schema", "payload", "op", "before", "after", "source", "ts_ms");
  private final JsonMembers source = new JsonMembers(SourceField.names());

  private final ConnectWriter writer;
  private final JsonRecordReader after;
  private final DeletedKey key;
  private final ConnectWriter keyWriter;
  private final JsonRecordReader before;

  private byte[] lastSchema = {};
  private Map<FieldPlan, ConnectType> lastTypes = Map.of();
  private Map<FieldPlan, ConnectType> lastKeyTypes = Map.of();
  private RecordKind kind = RecordKind.NOTHING;

  DebeziumJsonReader(
      ChangeRows rows, ObjectPlan plan, DebeziumFormat format, RowBuilder builder, Faults faults) {
    this.layout = plan.layout;
    this.builder = builder;
    this.faults = faults;
    this.event = new ChangeEvent(rows, format, layout, builder, faults);
    Placeholder placeholder = Placeholder.of(format.unavailableValue());
    this.writer = new ConnectWriter(builder, format, faults, plan, placeholder);
    this.after = new JsonRecordReader(plan, JsonDecoder.DEFAULT_MAX_DEPTH, builder, faults, writer);
    this.key = new DeletedKey(rows, layout, builder);
    this.keyWriter = new ConnectWriter(key.scratch(), format, faults, key.plan(), placeholder);
    this.before =
        new JsonRecordReader(
            key.plan(), JsonDecoder.DEFAULT_MAX_DEPTH, key.scratch(), faults, keyWriter);
  }

  @Override
  public RecordKind kind() {
    return kind;
  }

  @Override
  public void read(byte[] text, int from, int to) throws MalformedRecord {
    kind = RecordKind.NOTHING;
    scanner.reset(text, from, to);
    int start = scanner.afterSpace(from);
    int end;
    if (scanner.at(start) == 'n') {
      end = scanner.afterLiteral(start, "null");
      requireEnd(end, to);
      return;
    }
    end = envelope.scan(scanner, text, start, 1);
    requireEnd(end, to);
    writer.types(Map.of());
    keyWriter.types(Map.of());
    if (envelope.has(PAYLOAD) && !envelope.has(OPERATION)) {
      if (envelope.isNull(PAYLOAD)) {
        return;
      }
      if (envelope.isObject(SCHEMA)) {
        useSchema(text, envelope.start(SCHEMA), envelope.end(SCHEMA));
      }
      envelope.scan(scanner, text, envelope.start(PAYLOAD), 2);
    }
    change(text);
  }

  private void requireEnd(int p, int to) throws MalformedRecord {
    int end = scanner.afterSpace(p);
    if (end < to) {
      throw scanner.unexpected(end, "nothing after the envelope");
    }
  }

  /**
   * A record's own schema, and no other, tells its types. Records of one file have the same,
   * mostly, so it is read again only where it differs.
   */
  private void useSchema(byte[] text, int from, int to) throws MalformedRecord {
    if (!Arrays.equals(text, from, to, lastSchema, 0, lastSchema.length)) {
      ConnectSchema.Images images = new ConnectSchema().images(text, from, to);
      lastTypes = writer.typesOf(images.after());
      lastKeyTypes = keyWriter.typesOf(images.before());
      lastSchema = Arrays.copyOfRange(text, from, to);
    }
    writer.types(lastTypes);
    keyWriter.types(lastKeyTypes);
  }

  private void change(byte[] text) throws MalformedRecord {
    String operation = envelope.text(OPERATION);
    switch (operation) {
      case "c", "u", "r" -> {
        kind = RecordKind.ROW;
        row(text, operation.equals("r"));
      }
      case "d" -> {
        kind = RecordKind.DELETE;
        delete(text);
      }
      case "m" -> kind = RecordKind.NOTHING;
      case "t" -> faults.unsupported(Operations.TRUNCATE);
      default -> throw new MalformedRecord(Operations.notAnEnvelope(operation));
    }
  }

  private void row(byte[] text, boolean snapshot) throws MalformedRecord {
    readSource(text);
    if (!envelope.isObject(AFTER)) {
      builder.beginRow(layout);
      faults.unsupported(Operations.NO_AFTER);
      return;
    }
    int row = builder.length();
    after.read(text, envelope.start(AFTER), envelope.end(AFTER));
    event.write(row, snapshot);
  }

  private void delete(byte[] text) throws MalformedRecord {
    readSource(text);
    if (!envelope.isObject(BEFORE)) {
      builder.beginRow(layout);
      faults.unsupported(Operations.NO_BEFORE);
      return;
    }
    key.clear();
    before.read(text, envelope.start(BEFORE), envelope.end(BEFORE));
    key.requireComplete(faults);
    int row = key.copy();
    event.write(row, false);
    event.writeTime(row);
  }

  private void readSource(byte[] text) throws MalformedRecord {
    event.clear();
    event.processedMillis = envelope.integer(TIME, scanner);
    if (envelope.isObject(SOURCE)) {
      source.scan(scanner, text, envelope.start(SOURCE), 3);
      for (SourceField field : SourceField.values()) {
        int member = field.ordinal();
        if (source.isPlainText(member)) {
          event.set(field, source.text(member));
        } else {
          event.set(field, source.integer(member, scanner));
        }
      }
      if (!source.isNull(SourceField.SEQUENCE.ordinal())) {
        event.postgresSequence(source.raw(SourceField.SEQUENCE.ordinal()));
      }
    }
  }
}
