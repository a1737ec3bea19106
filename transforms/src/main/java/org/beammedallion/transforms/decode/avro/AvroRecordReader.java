package org.beammedallion.transforms.decode.avro;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.jspecify.annotations.Nullable;

/** Reads Avro's binary encoding, and lets {@link Meaning} say what the record is. */
final class AvroRecordReader implements RecordReader {

  /** What the records of a source are. */
  interface Meaning {

    /**
     * Appends what a record says as a row.
     *
     * @param value null where the record is Avro's null
     */
    RecordKind read(@Nullable GenericRecord value) throws MalformedRecord;
  }

  /** Leaves texts as the bytes that the file has, whatever a writer's class for them is. */
  private static final class Datums extends GenericDatumReader<Object> {

    Datums(Schema schema) {
      super(schema, schema, AvroTypes.DATA);
    }

    @Override
    protected Class<?> findStringClass(Schema schema) {
      return CharSequence.class;
    }

    /** Avro 1.12.0 keeps the doubles of an array as floats (AVRO-4108). */
    @Override
    protected Object newArray(@Nullable Object old, int size, Schema schema) {
      return new GenericData.Array<>(size, schema);
    }
  }

  private final @Nullable Schema schema;
  private final String origin;
  private final String brokenSchema;
  private final @Nullable GenericDatumReader<Object> reader;
  private final Meaning meaning;
  private @Nullable BinaryDecoder decoder;
  private RecordKind kind = RecordKind.ROW;

  /**
   * @param schema the records' schema, or null where there is none
   * @param origin what the schema is called, for messages
   * @param brokenSchema says why there is no schema
   */
  AvroRecordReader(@Nullable Schema schema, String origin, String brokenSchema, Meaning meaning) {
    this.schema = schema;
    this.origin = origin;
    this.brokenSchema = brokenSchema;
    this.reader = schema == null ? null : new Datums(schema);
    this.meaning = meaning;
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public RecordKind kind() {
    return kind;
  }

  @Override
  public void read(byte[] bytes, int from, int to) throws MalformedRecord {
    if (schema == null || reader == null) {
      throw new MalformedRecord(brokenSchema);
    }
    Object value = datum(schema, reader, bytes, from, to);
    if (value != null && !(value instanceof GenericRecord)) {
      throw new MalformedRecord(
          "Expected an Avro record, found " + Excerpt.of(value.toString()) + ".");
    }
    kind = meaning.read((GenericRecord) value);
  }

  /** As Avro's null. */
  @Override
  public void readNoValue(byte[] bytes, int from, int to) throws MalformedRecord {
    kind = meaning.read(null);
  }

  @SuppressWarnings("CatchingUnchecked") // Avro throws whatever broken bytes lead it to.
  private @Nullable Object datum(
      Schema writer, GenericDatumReader<Object> datums, byte[] bytes, int from, int to)
      throws MalformedRecord {
    try {
      // Lengths are checked against what is there before anything is made for them.
      decoder = DecoderFactory.get().binaryDecoder(bytes, from, to - from, decoder);
      GenericDatumReader.skip(writer, decoder);
      if (!decoder.isEnd()) {
        throw new MalformedRecord("The Avro record ends before its bytes do.");
      }
      decoder = DecoderFactory.get().binaryDecoder(bytes, from, to - from, decoder);
      return datums.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new MalformedRecord(
          "The bytes are no Avro record of "
              + origin
              + ": "
              + Excerpt.of(String.valueOf(e.getMessage()))
              + ".");
    }
  }
}
