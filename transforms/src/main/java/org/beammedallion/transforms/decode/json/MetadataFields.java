package org.beammedallion.transforms.decode.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.NumberText;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RowFill;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Fills the fields that a plan takes from metadata. Texts are read as those of CSV are, and members
 * of a key as those of a JSON record. Not thread-safe.
 */
public final class MetadataFields implements RowFill {

  private static final long MICROS = 1000;

  private static final String BINARY_KEY =
      "the message's key is binary, for it begins with a byte 0: a number, or a text behind the number of its schema in a"
          + " registry. Only keys that are texts can be read.";

  private final List<FieldPlan> fields;
  private final RowBuilder builder;
  private final Faults faults;
  private final ValueWriter writer;
  private final NumberText number = new NumberText();
  private final boolean readsMessage;
  private final boolean requiresAll;
  private final @Nullable KeyMembers keyMembers;
  private MetadataSource source = MetadataSource.NONE;

  private MetadataFields(
      List<FieldPlan> fields,
      boolean requiresAll,
      ObjectPlan plan,
      RowBuilder builder,
      Faults faults) {
    this.fields = fields;
    this.requiresAll = requiresAll;
    this.builder = builder;
    this.faults = faults;
    this.writer = new ValueWriter(builder);
    this.readsMessage = fields.stream().anyMatch(field -> isBesideValue(metadata(field).kind()));
    List<String> names =
        fields.stream()
            .map(MetadataFields::metadata)
            .filter(metadata -> metadata.kind() == Metadata.Kind.KEY_FIELD)
            .map(Metadata::name)
            .distinct()
            .toList();
    this.keyMembers = names.isEmpty() ? null : new KeyMembers(names, plan, builder, faults);
  }

  /** What fills the fields of a plan; null where none is taken from metadata. */
  public static @Nullable MetadataFields of(ObjectPlan plan, RowBuilder builder, Faults faults) {
    return plan.filled().isEmpty()
        ? null
        : new MetadataFields(plan.filled(), false, plan, builder, faults);
  }

  /**
   * What fills some of these fields, none of which may be null.
   *
   * @param indexes of the fields in their row
   */
  static MetadataFields ofSome(
      ObjectPlan plan, List<Integer> indexes, RowBuilder builder, Faults faults) {
    List<FieldPlan> some =
        plan.filled().stream().filter(field -> indexes.contains(field.index)).toList();
    return new MetadataFields(some, true, plan, builder, faults);
  }

  private static boolean isBesideValue(Metadata.Kind kind) {
    return switch (kind) {
      case TIMESTAMP, KEY, KEY_FIELD, HEADER -> true;
      case OFFSET, PARTITION, TOPIC, PATH_PART, FILE_NAME, PATH -> false;
    };
  }

  private static Metadata metadata(FieldPlan field) {
    Metadata metadata = field.metadata();
    if (metadata == null) {
      throw new IllegalStateException(field.label() + " is not filled from metadata.");
    }
    return metadata;
  }

  @Override
  public void fill(int row, RawBatch batch, int record) {
    MessageFields beside = readsMessage ? batch.message(record) : MessageFields.NONE;
    fill(row, batch.source(), batch.positions()[record], beside);
  }

  /**
   * Fills the fields of a row that is open, and is the last in its builder.
   *
   * @param from source of the record
   * @param position of the record in its source
   * @param beside what it has beside its value
   */
  public void fill(int row, String from, long position, MessageFields beside) {
    if (!source.uri().equals(from)) {
      source = MetadataSource.of(from);
    }
    if (keyMembers != null) {
      keyMembers.begin(beside.key());
    }
    for (FieldPlan field : fields) {
      Metadata metadata = metadata(field);
      switch (metadata.kind()) {
        case TIMESTAMP -> {
          if (beside.brokerMillis() >= 0 && beside.brokerMillis() <= Long.MAX_VALUE / MICROS) {
            writer.fixed(field, row, beside.brokerMillis() * MICROS);
          }
        }
        case OFFSET -> writer.fixed(field, row, position);
        case PARTITION -> writer.fixed(field, row, source.partition());
        case KEY_FIELD -> {
          if (keyMembers != null) {
            keyMembers.put(field, metadata.name(), row);
          }
        }
        case KEY -> key(field, row, beside.key());
        case HEADER -> text(field, row, beside.lastHeader(metadata.name()));
        case TOPIC -> text(field, row, source.topic());
        case PATH_PART -> text(field, row, source.part(metadata.name()));
        case FILE_NAME -> text(field, row, source.fileName());
        case PATH -> text(field, row, from.getBytes(StandardCharsets.UTF_8));
      }
      if ((requiresAll || field.isRequired())
          && field.layout.isNull(builder.bytes(), row, field.index)) {
        faults.missing(field, "it is null");
      }
    }
  }

  /** Numbers in binary, and texts behind the number of a schema, may be valid UTF-8 as well. */
  private static boolean isBinary(byte[] key) {
    return key.length > 0 && key[0] == 0;
  }

  private void key(FieldPlan field, int row, byte @Nullable [] key) {
    if (key != null && isBinary(key)) {
      faults.note(new Fault(Reason.MALFORMED, field.label() + ": " + BINARY_KEY));
    } else {
      text(field, row, key);
    }
  }

  private void text(FieldPlan field, int row, byte @Nullable [] text) {
    if (text == null) {
      return;
    }
    int invalid = Utf8.firstInvalid(text, 0, text.length);
    if (invalid >= 0) {
      faults.note(
          new Fault(
              Reason.MALFORMED,
              field.label()
                  + ": invalid UTF-8 at byte "
                  + invalid
                  + ": "
                  + Excerpt.of(text[invalid])
                  + " does not belong there. A column can only be filled from a text in UTF-8."));
      return;
    }
    Mismatch mismatch =
        switch (field.kind) {
          case STRING, TIMESTAMP, DATE, TIME -> writer.text(field, row, text, 0, text.length);
          case BOOLEAN -> bool(field, row, text);
          case INTEGER, FLOAT, DOUBLE, DECIMAL, BIG_DECIMAL ->
              number.scanPlain(text, 0, text.length)
                  ? writer.number(field, row, number)
                  : Mismatch.OTHER_TYPE;
          case OBJECT, ARRAY -> Mismatch.OTHER_TYPE;
        };
    if (mismatch != null) {
      faults.mismatch(mismatch, field, "'" + Excerpt.of(text, 0, text.length) + "'");
    }
  }

  private @Nullable Mismatch bool(FieldPlan field, int row, byte[] text) {
    String word = new String(text, StandardCharsets.UTF_8);
    boolean isTrue = word.equalsIgnoreCase("true");
    return isTrue || word.equalsIgnoreCase("false")
        ? writer.bool(field, row, isTrue)
        : Mismatch.OTHER_TYPE;
  }

  /** Members of keys that are JSON objects. */
  private static final class KeyMembers {
    private final List<String> names;
    private final JsonMembers members;
    private final JsonScanner scanner = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);
    private final JsonRecordReader values;
    private final Faults faults;
    private byte[] key = {};
    private boolean found;

    KeyMembers(List<String> names, ObjectPlan plan, RowBuilder builder, Faults faults) {
      this.names = names;
      this.members = new JsonMembers(names.toArray(String[]::new));
      this.values = new JsonRecordReader(plan, JsonDecoder.DEFAULT_MAX_DEPTH, builder, faults);
      this.faults = faults;
    }

    /** Looks for the members in the key of the next message. */
    void begin(byte @Nullable [] next) {
      found = false;
      if (next == null) {
        return;
      }
      key = next;
      try {
        int invalid = Utf8.firstInvalid(key, 0, key.length);
        if (isBinary(key)) {
          throw new MalformedRecord(BINARY_KEY);
        } else if (invalid >= 0) {
          throw new MalformedRecord("invalid UTF-8 at byte " + invalid + ".");
        }
        scanner.reset(key, 0, key.length);
        int end = scanner.afterSpace(members.scan(scanner, key, scanner.afterSpace(0), 1));
        if (end < key.length) {
          throw scanner.unexpected(end, "nothing after the object");
        }
        found = true;
      } catch (MalformedRecord e) {
        faults.note(
            new Fault(Reason.MALFORMED, "The message's key is no JSON object: " + e.detail()));
      }
    }

    void put(FieldPlan field, String name, int row) {
      int member = names.indexOf(name);
      if (!found || !members.has(member)) {
        return;
      }
      try {
        values.readNested(field, row, key, members.start(member), members.end(member));
      } catch (MalformedRecord e) {
        throw new IllegalStateException("A member of a key was valid JSON, and is not.", e);
      }
    }
  }
}
