package org.beammedallion.io.bronze;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.io.storage.Storage;
import org.jspecify.annotations.Nullable;

/** Reads the records of a bronze file one after another. Not thread-safe. */
public final class BronzeRecords implements Closeable {

  private final DataFileStream<GenericRecord> records;
  private @Nullable GenericRecord record;

  private BronzeRecords(DataFileStream<GenericRecord> records) {
    this.records = records;
  }

  public static BronzeRecords open(String uri) throws IOException {
    return new BronzeRecords(
        new DataFileStream<>(
            Storage.of(uri).open(uri), new GenericDatumReader<>(BronzeFile.SCHEMA)));
  }

  /** Goes to the next record; false where there is none. */
  public boolean next() throws IOException {
    if (!records.hasNext()) {
      return false;
    }
    record = records.next(record);
    return true;
  }

  /** URI of the file that the record came from. */
  public String source() {
    return String.valueOf(value("source"));
  }

  public long position() {
    return (Long) value("position");
  }

  /** Bytes of the whole record. */
  public long length() {
    return (Long) value("length");
  }

  public byte[] payload() {
    ByteBuffer buffer = (ByteBuffer) value("payload");
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private Object value(String field) {
    if (record == null) {
      throw new IllegalStateException("No record was read.");
    }
    return record.get(field);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
