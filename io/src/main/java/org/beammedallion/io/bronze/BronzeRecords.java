package org.beammedallion.io.bronze;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.beammedallion.io.progress.SelectedPieces;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.MessageFields;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a bronze file that is an Avro container file one after another: envelopes of
 * format 1, or the records of an Avro source in format 2. Not thread-safe.
 */
public final class BronzeRecords implements Closeable {

  private final DataFileStream<Object> file;

  /** Of format 2, where the file's metadata say what is in the envelopes of format 1. */
  private final @Nullable String source;

  private long position;
  private byte[] payload = {};
  private @Nullable GenericRecord envelope;

  /** Bytes of the block that is being read, and where its next record starts; of format 2. */
  private byte[] block = {};

  private int offset;
  private long left;

  private BronzeRecords(DataFileStream<Object> file, int format) {
    this.file = file;
    boolean blocks = format > 1;
    this.source = blocks ? file.getMetaString(SourceBlocks.SOURCE) : null;
    this.position = blocks ? file.getMetaLong(SourceBlocks.FIRST) - 1 : -1;
  }

  /**
   * @throws IOException also where the file is of a format that this version does not know
   */
  public static BronzeRecords open(String uri) throws IOException {
    return open(uri, Storage.of(uri).open(uri));
  }

  /** Of some parts of a file of messages, as {@link #open(String)}. */
  public static BronzeRecords open(String uri, SelectedPieces selected) throws IOException {
    return open(uri, PiecesStream.open(uri, selected.header(), selected.pieces()));
  }

  private static BronzeRecords open(String uri, InputStream in) throws IOException {
    DataFileStream<Object> file = new DataFileStream<>(in, new GenericDatumReader<>());
    try {
      return new BronzeRecords(file, BronzeFormat.of(file.getMetaString(BronzeFormat.KEY), uri));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Goes to the next record; false where there is none. */
  public boolean next() throws IOException {
    if (source != null) {
      return nextOfBlock();
    } else if (!file.hasNext()) {
      return false;
    }
    GenericRecord next = (GenericRecord) file.next(envelope);
    ByteBuffer bytes = (ByteBuffer) next.get("payload");
    payload = new byte[bytes.remaining()];
    bytes.duplicate().get(payload);
    position = (Long) next.get("position");
    envelope = next;
    return true;
  }

  private boolean nextOfBlock() throws IOException {
    while (left == 0) {
      if (!file.hasNext()) {
        return false;
      }
      ByteBuffer bytes = file.nextBlock();
      block = new byte[bytes.remaining()];
      bytes.get(block);
      offset = 0;
      left = file.getBlockCount();
    }
    Schema schema = file.getSchema();
    BinaryDecoder datums =
        DecoderFactory.get().binaryDecoder(block, offset, block.length - offset, null);
    InputStream rest = datums.inputStream();
    GenericDatumReader.skip(schema, datums);
    int end = block.length - rest.available();
    payload = Arrays.copyOfRange(block, offset, end);
    offset = end;
    left--;
    position++;
    return true;
  }

  /**
   * What preceded the records in their source and tells their fields, or null where nothing did.
   */
  public byte @Nullable [] header() {
    return file.getMeta(source != null ? DataFileConstants.SCHEMA : BronzeFile.HEADER);
  }

  /** The encoding that the source has, where payloads are its text in UTF-8; else null. */
  public @Nullable String encoding() {
    return source != null ? null : file.getMetaString(BronzeFile.ENCODING);
  }

  /** URI of the file that the record came from. */
  public String source() {
    return source != null ? source : String.valueOf(envelope().get("source"));
  }

  /** Time of the cycle that has kept the record, in microseconds since 1970; of format 1. */
  public long ingestMicros() {
    return (Long) envelope().get("ingest_time");
  }

  public long position() {
    return position;
  }

  /** Bytes of the whole record. */
  public long length() {
    return source != null ? payload.length : (Long) envelope().get("length");
  }

  public byte[] payload() {
    return payload;
  }

  /** What a message of a stream has beside its value; null where the source is none. */
  public @Nullable MessageFields fields() {
    GenericRecord record = envelope;
    if (record == null || !record.hasField(MessageFields.HAS_VALUE)) {
      return null;
    }
    return MessageFields.of(record);
  }

  private GenericRecord envelope() {
    if (envelope == null) {
      throw new IllegalStateException("No record was read.");
    }
    return envelope;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
