package org.beammedallion.io.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
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
 */
final class AvroFramer implements RawBatches {

  private final StoredStream in;
  private final RecordCollector records;
  private @Nullable DataFileStream<Object> file;
  private @Nullable Schema schema;
  private byte[] block = {};
  private int offset;
  private long left;
  private long position;
  private boolean finished;

  private AvroFramer(InputStream in, Framing framing) {
    this.in = new StoredStream(in);
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
        if (in.failed) {
          throw e;
        }
        finished = true;
        records.rejectRest(
            "The Avro file is damaged or ends early at record "
                + position
                + ": "
                + e.getMessage()
                + ".",
            Arrays.copyOfRange(block, offset, block.length),
            position);
      }
    }
    return records.take();
  }

  private void step() throws IOException {
    DataFileStream<Object> open = file;
    if (open == null) {
      open = new DataFileStream<>(in, new GenericDatumReader<>());
      file = open;
      schema = open.getSchema();
      AvroDecoder.requireReadable(schema);
      records.header(schema.toString().getBytes(StandardCharsets.UTF_8));
    } else if (left > 0 && schema != null) {
      record(schema);
    } else if (open.hasNext()) {
      ByteBuffer bytes = open.nextBlock();
      block = new byte[bytes.remaining()];
      bytes.get(block);
      offset = 0;
      left = open.getBlockCount();
    } else {
      finished = true;
    }
  }

  /** Takes every record of the block, until the batch is full. */
  private void record(Schema writer) throws IOException {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(block, offset, block.length - offset, null);
    InputStream rest = decoder.inputStream();
    while (left > 0 && !records.isFull()) {
      GenericDatumReader.skip(writer, decoder);
      int end = block.length - rest.available();
      records.add(block, offset, end - offset, position);
      offset = end;
      position++;
      left--;
    }
    if (left == 0 && offset < block.length) {
      throw new AvroRuntimeException("a block has more bytes than its records take");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Remembers whether the storage itself failed. */
  private static final class StoredStream extends FilterInputStream {
    private boolean failed;

    StoredStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      failed = true;
      int value = super.read();
      failed = false;
      return value;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      failed = true;
      int read = super.read(bytes, from, count);
      failed = false;
      return read;
    }
  }
}
