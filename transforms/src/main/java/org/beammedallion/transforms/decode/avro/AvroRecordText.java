package org.beammedallion.transforms.decode.avro;

import org.apache.avro.Schema;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.jspecify.annotations.Nullable;

/** Avro's binary encoding of records as JSON, for a person. Not thread-safe. */
public final class AvroRecordText {

  private final AvroRecordReader reader;
  private @Nullable String text;

  private AvroRecordText(Schema schema) {
    reader =
        new AvroRecordReader(
            schema,
            AvroDecoder.OF_FILE,
            "",
            value -> {
              text = value == null ? null : AvroJson.shown(schema, value);
              return RecordKind.ROW;
            });
  }

  /**
   * @param header what stands before the records in their source
   * @return null where it is no schema of records
   */
  public static @Nullable AvroRecordText of(byte[] header) {
    try {
      return new AvroRecordText(AvroDecoder.parse(header));
    } catch (MalformedRecord e) {
      return null;
    }
  }

  /** A record, or null where the bytes are none of the schema. */
  public @Nullable String json(byte[] record) {
    text = null;
    try {
      reader.read(record, 0, record.length);
    } catch (MalformedRecord e) {
      return null;
    }
    return text;
  }
}
