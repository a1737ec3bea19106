package org.beammedallion.transforms.decode.avro;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.DebeziumDecoder;
import org.beammedallion.transforms.decode.change.DebeziumFormat;
import org.beammedallion.transforms.decode.json.MetadataFields;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.decode.wire.WireFormat;
import org.beammedallion.transforms.decode.wire.WriterSchemas;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records in Avro's binary encoding. They are rows or Debezium's change events. Their
 * schema is the header of their batch, as in Avro's container files; or one for all; or one that
 * each record names, see {@link WireFormat}.
 */
public final class AvroDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  /** What the schema of a file is called. */
  static final String OF_FILE = "the file's schema";

  private static final String OF_TOPIC = "the schema of 'source.kafka.avroSchema'";

  private final RecordSchema schema;
  private final int fieldCount;
  private final RowCheck check;
  private final Content content;
  private final TypedSettings settings;
  private final Written written;
  private transient volatile @Nullable ObjectPlan plan;

  /** What the records are. */
  private sealed interface Content extends Serializable {}

  private record RowContent() implements Content {}

  private record DebeziumContent(ChangeRows rows, DebeziumFormat format) implements Content {}

  /** Where the schema of a record is. */
  private sealed interface Written extends Serializable {}

  private record InHeader() implements Written {}

  private record Once(String text) implements Written {}

  private record Numbered() implements Written {}

  private AvroDecoder(
      RecordSchema schema,
      int fieldCount,
      RowCheck check,
      Content content,
      TypedSettings settings,
      Written written) {
    this.schema = schema;
    this.fieldCount = fieldCount;
    this.check = check;
    this.content = content;
    this.settings = settings;
    this.written = written;
    this.plan = new ObjectPlan(RowLayout.of(schema), "", fieldCount);
  }

  /**
   * Decodes records that are rows.
   *
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static AvroDecoder rows(RecordSchema schema, RowCheck check) {
    return new AvroDecoder(
        schema,
        schema.fields().size(),
        check,
        new RowContent(),
        TypedSettings.DEFAULT,
        new InHeader());
  }

  /** Decodes Debezium's change events; see {@link DebeziumDecoder}. */
  public static AvroDecoder debezium(ChangeRows rows, DebeziumFormat format, RowCheck check) {
    return new AvroDecoder(
        rows.schema(),
        rows.fieldCount(),
        check,
        new DebeziumContent(rows, format),
        TypedSettings.DEFAULT,
        new InHeader());
  }

  /** The same with what a pipeline says about values; without it NaN is a value. */
  public AvroDecoder with(TypedSettings values) {
    return new AvroDecoder(schema, fieldCount, check, content, values, written);
  }

  /**
   * The same for records that all have one schema, which no batch tells.
   *
   * @param text in JSON
   * @throws IllegalArgumentException where its records cannot be read
   */
  public AvroDecoder withSchema(String text) {
    try {
      Schema one = parse(text.getBytes(StandardCharsets.UTF_8), OF_TOPIC);
      requireAnyField(one, OF_TOPIC);
    } catch (MalformedRecord e) {
      throw new IllegalArgumentException(e.detail());
    }
    return new AvroDecoder(schema, fieldCount, check, content, settings, new Once(text));
  }

  /** The same for records that begin with the number of their schema. */
  public AvroDecoder withWireFormat() {
    return new AvroDecoder(schema, fieldCount, check, content, settings, new Numbered());
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    if (written instanceof Numbered) {
      WriterSchemas schemas = WriterSchemas.of(batch);
      return decoding
          .filling(MetadataFields.of(prepared, decoding.builder(), decoding.faults()))
          .with(
              new AvroWireReader(
                  id -> numbered(id, schemas.require(id), prepared, decoding),
                  () -> meaning(prepared, decoding)));
    }
    boolean once = written instanceof Once;
    byte[] text =
        written instanceof Once one ? one.text().getBytes(StandardCharsets.UTF_8) : batch.header();
    String origin = once ? OF_TOPIC : OF_FILE;
    Schema writer = null;
    String broken = "";
    try {
      writer = parse(text, origin);
    } catch (MalformedRecord e) {
      broken = e.detail();
    }
    return decoding
        .filling(MetadataFields.of(prepared, decoding.builder(), decoding.faults()))
        .with(new AvroRecordReader(writer, origin, broken, meaning(prepared, decoding)));
  }

  /** Of the records of one of several schemas. */
  private AvroRecordReader numbered(
      int id, String text, ObjectPlan prepared, BatchDecoding decoding) throws MalformedRecord {
    String origin = "schema " + id + " of the registry";
    Schema writer = parse(text.getBytes(StandardCharsets.UTF_8), origin);
    requireAnyField(writer, origin);
    return new AvroRecordReader(writer, origin, "", meaning(prepared, decoding));
  }

  /** Rows of a schema without any field of the contract would all be empty. */
  private void requireAnyField(Schema writer, String origin) throws MalformedRecord {
    Schema record = AvroTypes.onlyBranch(writer);
    if (content instanceof RowContent && record != null && record.getType() == Schema.Type.RECORD) {
      List<String> present = record.getFields().stream().map(Schema.Field::name).toList();
      List<String> wanted = schema.ofRecord().fields().stream().map(Field::physicalName).toList();
      if (IntStream.of(FieldNames.match(wanted, present)).allMatch(at -> at < 0)) {
        throw new MalformedRecord(
            "No field of "
                + origin
                + " is one of the contract: it has "
                + Excerpt.of(String.join(", ", present))
                + ". Set physicalName of properties whose fields have other names.");
      }
    }
  }

  private AvroRecordReader.Meaning meaning(ObjectPlan prepared, BatchDecoding decoding) {
    if (content instanceof DebeziumContent debezium) {
      return new AvroMeanings.Debezium(
          debezium.rows(),
          prepared,
          debezium.format(),
          decoding.builder(),
          decoding.faults(),
          settings);
    }
    return new AvroMeanings.Rows(prepared, decoding.builder(), decoding.faults(), settings);
  }

  /** The schema of a file's records, see {@link #parse(byte[], String)}. */
  static Schema parse(byte @Nullable [] header) throws MalformedRecord {
    return parse(header, OF_FILE);
  }

  /**
   * The schema of records, of which each has bounded parts.
   *
   * @param origin what it is called, for messages
   */
  private static Schema parse(byte @Nullable [] header, String origin) throws MalformedRecord {
    if (header == null || header.length == 0) {
      throw new MalformedRecord("The file has no Avro schema.");
    }
    Schema writer;
    try {
      // Names that the specification forbids are in use, and as good as others.
      writer =
          new Schema.Parser(NameValidator.NO_VALIDATION)
              .setValidateDefaults(false)
              .parse(new String(header, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      // Avro's parser throws whatever a broken text leads it to; nothing of ours is in here.
      throw new MalformedRecord(
          (origin.equals(OF_FILE) ? "The file's Avro schema" : capitalized(origin))
              + " is broken: "
              + Excerpt.of(String.valueOf(e.getMessage()))
              + ".");
    }
    requireBounded(writer, new HashMap<>());
    return writer;
  }

  private static String capitalized(String origin) {
    return Character.toUpperCase(origin.charAt(0)) + origin.substring(1);
  }

  /**
   * The schema of a file, whose records can be told apart and become rows.
   *
   * @param text in JSON
   * @throws AvroRuntimeException where it is broken, or its records cannot
   */
  public static Schema readableSchema(byte[] text) {
    try {
      Schema schema = parse(text);
      if (!requireBounded(schema, new HashMap<>())) {
        throw new MalformedRecord("Records of the Avro schema have no bytes.");
      }
      return schema;
    } catch (MalformedRecord e) {
      throw new AvroRuntimeException(e.detail());
    }
  }

  /**
   * A record of such a schema can be skipped in time and stack that its bytes bound: it does not
   * hold itself, nor arrays of elements that take no bytes.
   *
   * @param known whether records of a name take bytes; null while that is being found out
   * @return whether a value takes at least one byte
   */
  private static boolean requireBounded(Schema schema, Map<String, @Nullable Boolean> known)
      throws MalformedRecord {
    switch (schema.getType()) {
      case RECORD -> {
        Boolean before = known.get(schema.getFullName());
        if (before != null) {
          return before;
        } else if (known.containsKey(schema.getFullName())) {
          throw new MalformedRecord(
              "The Avro schema '"
                  + Excerpt.of(schema.getFullName())
                  + "' contains itself, which rows cannot.");
        }
        known.put(schema.getFullName(), null);
        boolean any = false;
        for (Schema.Field field : schema.getFields()) {
          any |= requireBounded(field.schema(), known);
        }
        known.put(schema.getFullName(), any);
        return any;
      }
      case ARRAY, MAP -> {
        boolean array = schema.getType() == Schema.Type.ARRAY;
        Schema element = array ? schema.getElementType() : schema.getValueType();
        if (!requireBounded(element, known) && array) {
          throw new MalformedRecord("The Avro schema has an array whose elements take no bytes.");
        }
        return true;
      }
      case UNION -> {
        for (Schema branch : schema.getTypes()) {
          requireBounded(branch, known);
        }
        return true;
      }
      case FIXED -> {
        return schema.getFixedSize() > 0;
      }
      case NULL -> {
        return false;
      }
      default -> {
        return true;
      }
    }
  }

  private ObjectPlan plan() {
    ObjectPlan prepared = plan;
    if (prepared == null) {
      prepared = new ObjectPlan(RowLayout.of(schema), "", fieldCount);
      plan = prepared;
    }
    return prepared;
  }
}
