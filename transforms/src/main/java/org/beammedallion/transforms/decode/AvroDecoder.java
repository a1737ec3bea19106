package org.beammedallion.transforms.decode;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records in Avro's binary encoding, whose schema is the header of their batch: those of
 * Avro's container files and of Parquet files. They are rows, Debezium's change events or changes
 * of AWS Database Migration Service.
 */
public final class AvroDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final RecordSchema schema;
  private final int fieldCount;
  private final RowCheck check;
  private final Content content;
  private transient volatile @Nullable ObjectPlan plan;

  /** What the records are. */
  private sealed interface Content extends Serializable {}

  private record RowContent() implements Content {}

  private record DebeziumContent(ChangeRows rows, DebeziumFormat format) implements Content {}

  private record DmsContent(ChangeRows rows, DmsFormat format) implements Content {}

  private AvroDecoder(RecordSchema schema, int fieldCount, RowCheck check, Content content) {
    this.schema = schema;
    this.fieldCount = fieldCount;
    this.check = check;
    this.content = content;
    this.plan = new ObjectPlan(RowLayout.of(schema), "", fieldCount);
  }

  /**
   * Decodes records that are rows.
   *
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static AvroDecoder rows(RecordSchema schema, RowCheck check) {
    return new AvroDecoder(schema, schema.fields().size(), check, new RowContent());
  }

  /** Decodes Debezium's change events; see {@link DebeziumDecoder}. */
  public static AvroDecoder debezium(ChangeRows rows, DebeziumFormat format, RowCheck check) {
    return new AvroDecoder(
        rows.schema(), rows.fieldCount(), check, new DebeziumContent(rows, format));
  }

  /** Decodes changes of AWS Database Migration Service; see {@link DmsDecoder}. */
  public static AvroDecoder dms(ChangeRows rows, DmsFormat format, RowCheck check) {
    return new AvroDecoder(rows.schema(), rows.fieldCount(), check, new DmsContent(rows, format));
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    Schema writer = null;
    String broken = "";
    try {
      writer = parse(batch.header());
    } catch (MalformedRecord e) {
      broken = e.detail();
    }
    return decoding.with(
        new AvroRecordReader(writer, broken, meaning(prepared, batch.source(), decoding)));
  }

  private AvroRecordReader.Meaning meaning(
      ObjectPlan prepared, String source, BatchDecoding decoding) {
    if (content instanceof DebeziumContent debezium) {
      return new AvroMeanings.Debezium(
          debezium.rows(), prepared, debezium.format(), decoding.builder(), decoding.faults());
    } else if (content instanceof DmsContent dms) {
      return new AvroMeanings.Dms(
          dms.rows(), prepared, dms.format(), source, decoding.builder(), decoding.faults());
    }
    return new AvroMeanings.Rows(prepared, decoding.builder(), decoding.faults());
  }

  private static Schema parse(byte @Nullable [] header) throws MalformedRecord {
    if (header == null) {
      throw new MalformedRecord("The file has no Avro schema.");
    }
    Schema writer;
    try {
      writer = new Schema.Parser().parse(new String(header, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      // Avro's parser throws whatever a broken text leads it to; nothing of ours is in here.
      throw new MalformedRecord(
          "The file's Avro schema is broken: " + Excerpt.of(String.valueOf(e.getMessage())) + ".");
    }
    requireBounded(writer, new HashSet<>());
    return writer;
  }

  /**
   * Checks that records of a schema can be told apart, and become rows.
   *
   * @throws AvroRuntimeException where they cannot
   */
  public static void requireReadable(Schema schema) {
    try {
      if (!requireBounded(schema, new HashSet<>())) {
        throw new MalformedRecord("Records of the Avro schema take no bytes.");
      }
    } catch (MalformedRecord e) {
      throw new AvroRuntimeException(e.detail());
    }
  }

  /**
   * A record of such a schema can be skipped in time and stack that its bytes bound: it does not
   * hold itself, nor arrays of elements that take no bytes.
   *
   * @return whether a value takes at least one byte
   */
  private static boolean requireBounded(Schema schema, Set<String> open) throws MalformedRecord {
    switch (schema.getType()) {
      case RECORD -> {
        if (!open.add(schema.getFullName())) {
          throw new MalformedRecord(
              "The Avro schema '"
                  + Excerpt.of(schema.getFullName())
                  + "' holds itself, and rows cannot.");
        }
        boolean any = false;
        for (Schema.Field field : schema.getFields()) {
          any |= requireBounded(field.schema(), open);
        }
        open.remove(schema.getFullName());
        return any;
      }
      case ARRAY, MAP -> {
        boolean array = schema.getType() == Schema.Type.ARRAY;
        Schema element = array ? schema.getElementType() : schema.getValueType();
        if (!requireBounded(element, open) && array) {
          throw new MalformedRecord("The Avro schema has an array whose elements take no bytes.");
        }
        return true;
      }
      case UNION -> {
        for (Schema branch : schema.getTypes()) {
          requireBounded(branch, open);
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
