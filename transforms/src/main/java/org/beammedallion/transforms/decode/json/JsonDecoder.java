package org.beammedallion.transforms.decode.json;

import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records that are JSON objects (RFC 8259, strictly). Fields are found by their physical
 * names in any order; fields that the contract does not know are validated and left out. Decimals
 * are exact; a number is never taken from a string, nor a string from a number; a byte order mark
 * before the object is skipped.
 */
public final class JsonDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  /** How deep objects and arrays may be nested, the record itself included. */
  public static final int DEFAULT_MAX_DEPTH = 64;

  /** Nested values are read by recursion, which must not exhaust the stack. */
  private static final int LARGEST_MAX_DEPTH = 1000;

  private final RecordSchema schema;
  private final RowCheck check;
  private final int maxDepth;
  private transient volatile @Nullable ObjectPlan plan;

  private JsonDecoder(RecordSchema schema, RowCheck check, int maxDepth) {
    this.schema = schema;
    this.check = check;
    this.maxDepth = maxDepth;
    this.plan = ObjectPlan.ofJson(RowLayout.of(schema));
  }

  /**
   * Decodes records into rows of a schema.
   *
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static JsonDecoder of(RecordSchema schema, RowCheck check) {
    return new JsonDecoder(schema, check, DEFAULT_MAX_DEPTH);
  }

  /**
   * Allows objects and arrays to be nested {@code depth} deep, 1 to 1000; deeper records are
   * malformed.
   */
  public JsonDecoder withMaxDepth(int depth) {
    if (depth < 1 || depth > LARGEST_MAX_DEPTH) {
      throw new IllegalArgumentException(
          "The nesting of JSON can be limited to a depth of 1 to "
              + LARGEST_MAX_DEPTH
              + ", not "
              + depth
              + ".");
    }
    return new JsonDecoder(schema, check, depth);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    return decoding
        .filling(MetadataFields.of(prepared, decoding.builder(), decoding.faults()))
        .with(new JsonRecordReader(prepared, maxDepth, decoding.builder(), decoding.faults()));
  }

  private ObjectPlan plan() {
    ObjectPlan prepared = plan;
    if (prepared == null) {
      prepared = ObjectPlan.ofJson(RowLayout.of(schema));
      plan = prepared;
    }
    return prepared;
  }
}
