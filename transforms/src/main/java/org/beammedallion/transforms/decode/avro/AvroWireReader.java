package org.beammedallion.transforms.decode.avro;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.beammedallion.transforms.decode.wire.WireFormat;
import org.jspecify.annotations.Nullable;

/** Reads records that begin with the number of their schema, each by its own schema. */
final class AvroWireReader implements RecordReader {

  /** Makes the reader of the records of a schema. */
  interface Readers {

    /**
     * @throws MalformedRecord where no record of the schema can be read
     */
    AvroRecordReader of(int schemaId) throws MalformedRecord;
  }

  /** The reader of a schema, or what is wrong with all of its records; one of the two is null. */
  private record Known(@Nullable AvroRecordReader reader, @Nullable MalformedRecord why) {}

  private final Readers readers;
  private final Supplier<AvroRecordReader.Meaning> meaning;
  private final Map<Integer, Known> known = new HashMap<>();
  private RecordKind kind = RecordKind.ROW;

  /**
   * @param meaning of a message without a value, which has no schema
   */
  AvroWireReader(Readers readers, Supplier<AvroRecordReader.Meaning> meaning) {
    this.readers = readers;
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
    AvroRecordReader reader = reader(WireFormat.requireSchemaId(bytes, from, to));
    reader.read(bytes, from + WireFormat.PREFIX, to);
    kind = reader.kind();
  }

  private AvroRecordReader reader(int schemaId) throws MalformedRecord {
    Known found = known.computeIfAbsent(schemaId, this::known);
    if (found.reader() == null) {
      throw Objects.requireNonNull(found.why());
    }
    return found.reader();
  }

  private Known known(int schemaId) {
    try {
      return new Known(readers.of(schemaId), null);
    } catch (MalformedRecord e) {
      return new Known(null, e);
    }
  }

  @Override
  public void readNoValue(byte[] bytes, int from, int to) throws MalformedRecord {
    kind = meaning.get().read(null);
  }
}
