package org.beammedallion.io.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.beammedallion.transforms.decode.AvroDecoder;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an Avro object container file into its records, each in Avro's binary encoding; the file's
 * schema is the header of the batches, and the number of a record its position. A file that is
 * damaged gives the records before the damage and one dead letter. Not thread-safe.
 *
 * <p>Blocks are read here and only decompressed by Avro's reader, which takes a file that breaks
 * off within a block for one that ends before it.
 */
final class AvroFramer implements RawBatches {

  private static final int LARGEST_PART = 1 << 29;

  private final StoredStream stored;
  private final InputStream in;
  private final BinaryDecoder decoder;
  private final RecordCollector records;
  private final byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
  private byte[] header = {};
  private @Nullable Schema schema;
  private byte[] block = {};
  private int offset;
  private long left;
  private long position;
  private boolean finished;

  private AvroFramer(InputStream in, Framing framing) {
    this.stored = new StoredStream(in);
    this.in = new BufferedInputStream(stored, 1 << 16);
    this.decoder = DecoderFactory.get().directBinaryDecoder(this.in, null);
    this.records = new RecordCollector(framing);
  }

  /**
   * @param in the whole file; closed by {@link #close()}
   */
  static AvroFramer of(InputStream in, Framing framing) {
    return new AvroFramer(in, framing);
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    while (!finished && !records.isFull()) {
      try {
        step();
      } catch (IOException | RuntimeException e) {
        if (stored.failed()) {
          throw e;
        }
        finished = true;
        records.rejectRest(
            "The Avro file is damaged or ends early at record "
                + position
                + (e.getMessage() == null ? "" : ": " + e.getMessage())
                + ".",
            Arrays.copyOfRange(block, offset, block.length),
            position);
      }
    }
    return records.take();
  }

  private void step() throws IOException {
    if (schema == null) {
      readHeader();
      try (DataFileStream<Object> open = avro(new byte[0])) {
        schema = open.getSchema();
      }
      AvroDecoder.requireReadable(schema);
      records.header(schema.toString().getBytes(StandardCharsets.UTF_8));
    } else if (left > 0) {
      takeRecords(schema);
    } else if (isAtEnd()) {
      finished = true;
    } else {
      readBlock();
    }
  }

  private DataFileStream<Object> avro(byte[] blocks) throws IOException {
    byte[] file = Arrays.copyOf(header, header.length + blocks.length);
    System.arraycopy(blocks, 0, file, header.length, blocks.length);
    return new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>());
  }

  private boolean isAtEnd() throws IOException {
    in.mark(1);
    boolean ended = in.read() < 0;
    in.reset();
    return ended;
  }

  /** Reads what stands before the first block, up to the marker that ends it and every block. */
  private void readHeader() throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(copy, null);
    byte[] magic = readPart(DataFileConstants.MAGIC.length);
    if (!Arrays.equals(magic, DataFileConstants.MAGIC)) {
      throw new IOException("it does not begin as an Avro object container file does");
    }
    encoder.writeFixed(magic);
    encoder.writeMapStart();
    for (long entries = decoder.readMapStart(); entries > 0; entries = decoder.mapNext()) {
      encoder.setItemCount(entries);
      for (long i = 0; i < entries; i++) {
        encoder.startItem();
        encoder.writeBytes(readPart(decoder.readLong()));
        encoder.writeBytes(readPart(decoder.readLong()));
      }
    }
    encoder.writeMapEnd();
    System.arraycopy(readPart(sync.length), 0, sync, 0, sync.length);
    encoder.writeFixed(sync);
    encoder.flush();
    header = copy.toByteArray();
  }

  /** Memory grows with what is there, whatever a damaged length says. */
  private byte[] readPart(long length) throws IOException {
    if (length < 0 || length > LARGEST_PART) {
      throw new IOException("a part of it is to have " + length + " bytes");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("it breaks off");
    }
    return bytes;
  }

  private void readBlock() throws IOException {
    long count = decoder.readLong();
    byte[] compressed = readPart(decoder.readLong());
    if (!Arrays.equals(readPart(sync.length), sync)) {
      throw new IOException("a block does not end where it should");
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream(compressed.length + 64);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(whole, null);
    encoder.writeLong(count);
    encoder.writeBytes(compressed);
    encoder.writeFixed(sync);
    encoder.flush();
    try (DataFileStream<Object> one = avro(whole.toByteArray())) {
      if (one.hasNext()) {
        ByteBuffer bytes = one.nextBlock();
        block = new byte[bytes.remaining()];
        bytes.get(block);
        offset = 0;
        left = count;
      }
    }
  }

  /** Takes the records of the block, until the batch is full. */
  private void takeRecords(Schema writer) throws IOException {
    BinaryDecoder datums =
        DecoderFactory.get().binaryDecoder(block, offset, block.length - offset, null);
    InputStream rest = datums.inputStream();
    while (left > 0 && !records.isFull()) {
      GenericDatumReader.skip(writer, datums);
      int end = block.length - rest.available();
      records.add(block, offset, end - offset, position);
      offset = end;
      position++;
      left--;
    }
    if (left == 0 && offset < block.length) {
      throw new IOException("a block has more bytes than its records take");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
