package org.beammedallion.io.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.beammedallion.io.source.AvroInput.Header;
import org.beammedallion.io.source.AvroInput.Start;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an Avro object container file into its records, each in Avro's binary encoding; the file's
 * schema is the header of the batches, and the number of a record in the file its position. A shard
 * has the blocks that start in its range, so that every cut of a file gives the same records. A
 * file that is damaged anywhere is refused. Not thread-safe.
 *
 * <p>Blocks are read here and only decompressed by Avro's reader, which takes a file that breaks
 * off within a block for one that ends before it.
 */
final class AvroFramer implements RawBatches {

  private static final String NO_RECORD = "holds no record, only an Avro schema.";

  private final Opener opener;
  private final Framing framing;
  private final FileCheck check;
  private final BlockSink blocks;
  private final RecordCollector records;
  private AvroInput in;
  private @Nullable Header header;
  private @Nullable Schema schema;
  private @Nullable String warning;
  private byte[] block = {};
  private int offset;
  private long left;
  private long position;
  private boolean finished;

  /** Opens a file for a shard that does not begin at its beginning. */
  interface Opener {
    SeekableInput open() throws IOException;
  }

  private AvroFramer(
      InputStream in, Opener opener, Framing framing, FileCheck check, BlockSink blocks) {
    this.in = new AvroInput(in, 0);
    this.opener = opener;
    this.framing = framing;
    this.check = check;
    this.blocks = blocks;
    this.records = new RecordCollector(framing);
  }

  /**
   * @param in the whole file; closed by {@link #close()}
   * @param opener asked where the framing does not begin at 0
   * @param blocks takes the blocks whose records are handed out
   */
  static AvroFramer of(
      InputStream in, Opener opener, Framing framing, FileCheck check, BlockSink blocks) {
    return new AvroFramer(in, opener, framing, check, blocks);
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    while (!finished && !records.isFull()) {
      try {
        step();
      } catch (RefusedFileException | FileNotFoundException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        if (in.hasFailed(e)) {
          throw e;
        }
        throw refused(e);
      }
    }
    return records.take();
  }

  @Override
  public @Nullable String warning() {
    return warning;
  }

  private RefusedFileException refused(Exception e) {
    String why = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    if (header == null) {
      return new RefusedFileException(
          "is no Avro object container file"
              + why
              + ". Bring the whole file, or name the format that it has in the contract's server.",
          e);
    }
    return new RefusedFileException(
        "is a damaged Avro file, or ends early, at record "
            + position
            + why
            + ". None of its records is published; provide the whole file under the same or a new name.",
        e);
  }

  private void step() throws IOException {
    if (header == null) {
      header = in.header();
    } else if (schema == null) {
      begin(header);
    } else if (left > 0) {
      takeRecords(schema);
    } else if (in.offset() >= framing.to() || in.isAtEnd()) {
      finished = true;
      if (in.offset() == header.end() && warning == null && in.isAtEnd()) {
        warning = NO_RECORD;
      }
    } else {
      readBlock(header);
    }
  }

  private void begin(Header found) throws IOException {
    byte[] text = found.metadata().getOrDefault(DataFileConstants.SCHEMA, new byte[0]);
    Schema writer;
    try {
      writer = AvroDecoder.readableSchema(text);
      decompressed(found, new byte[0]).close();
    } catch (AvroRuntimeException e) {
      throw new RefusedFileException("cannot be read: " + sentence(e.getMessage()), e);
    }
    warning = check.check(text);
    if (framing.from() > 0) {
      seek(found);
    }
    if (!finished) {
      blocks.begin(found.metadata(), position);
    }
    records.header(text);
    schema = writer;
  }

  private static String sentence(@Nullable String message) {
    String text = String.valueOf(message);
    return text.endsWith(".") ? text : text + ".";
  }

  private void seek(Header found) throws IOException {
    SeekableInput file = opener.open();
    Start start = null;
    try {
      start = AvroInput.firstBlock(file, found, framing.from());
    } finally {
      if (start == null) {
        file.close();
      }
    }
    in.close();
    if (start == null) {
      finished = true;
    } else {
      in = new AvroInput(new TailStream(file, start.offset()), start.offset());
      position = start.record();
    }
  }

  private void readBlock(Header found) throws IOException {
    long count = in.number();
    byte[] compressed = in.part(in.number());
    if (count < 0 || !Arrays.equals(in.part(found.sync().length), found.sync())) {
      throw new IOException("a block does not end where it should");
    }
    if (count == 0) {
      return;
    }
    ByteArrayOutputStream one = new ByteArrayOutputStream(compressed.length + 64);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(one, null);
    encoder.writeLong(count);
    encoder.writeBytes(compressed);
    encoder.writeFixed(found.sync());
    encoder.flush();
    try (DataFileStream<Object> stream = decompressed(found, one.toByteArray())) {
      ByteBuffer bytes = stream.hasNext() ? stream.nextBlock() : ByteBuffer.allocate(0);
      block = new byte[bytes.remaining()];
      bytes.get(block);
    }
    offset = 0;
    left = count;
    blocks.block(count, compressed);
  }

  /** Avro's reader of a file with the same codec and marker, whose schema it need not parse. */
  private static DataFileStream<Object> decompressed(Header found, byte[] blocks)
      throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream(blocks.length + 128);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(file, null);
    encoder.writeFixed(DataFileConstants.MAGIC);
    encoder.writeMapStart();
    byte[] codec = found.metadata().get(DataFileConstants.CODEC);
    encoder.setItemCount(codec == null ? 1 : 2);
    encoder.startItem();
    encoder.writeString(DataFileConstants.SCHEMA);
    encoder.writeBytes("\"null\"".getBytes(StandardCharsets.UTF_8));
    if (codec != null) {
      encoder.startItem();
      encoder.writeString(DataFileConstants.CODEC);
      encoder.writeBytes(codec);
    }
    encoder.writeMapEnd();
    encoder.writeFixed(found.sync());
    encoder.flush();
    file.write(blocks);
    return new DataFileStream<>(
        new ByteArrayInputStream(file.toByteArray()), new GenericDatumReader<>());
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
