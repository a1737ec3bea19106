package org.beammedallion.io.bronze;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes an Avro object container file of blocks that another one had, byte for byte, under the
 * same metadata and some of our own, with a marker that follows from the cycle and the shard. Not
 * thread-safe.
 */
final class SourceBlocks {

  /** Keys of the file's metadata. */
  static final String SOURCE = "medallion.source";

  static final String FIRST = "medallion.first";

  private final Map<String, String> own;
  private final byte[] sync;
  private @Nullable Map<String, byte[]> metadata;
  private @Nullable BinaryEncoder encoder;

  SourceBlocks(String source, long cycle, int shard, Instant ingestTime, byte[] sync) {
    this.sync = sync;
    own = new LinkedHashMap<>();
    own.put(BronzeFormat.KEY, Integer.toString(BronzeFormat.LATEST));
    own.put(SOURCE, source);
    own.put("medallion.shard", Integer.toString(shard));
    own.put("medallion.cycle", Long.toString(cycle));
    own.put("medallion.ingest_time", ingestTime.toString());
  }

  /**
   * @param original metadata of the other file
   * @param first number in that file of the first record
   */
  void begin(Map<String, byte[]> original, long first) {
    Map<String, byte[]> all = new LinkedHashMap<>(original);
    own.forEach((key, value) -> all.put(key, value.getBytes(StandardCharsets.UTF_8)));
    all.put(FIRST, Long.toString(first).getBytes(StandardCharsets.UTF_8));
    metadata = all;
  }

  boolean hasBegun() {
    return metadata != null;
  }

  /** Writes a block, and before the first one what stands before it. */
  void write(OutputStream out, long records, byte[] compressed) throws IOException {
    BinaryEncoder open = encoder;
    if (open == null) {
      open = EncoderFactory.get().directBinaryEncoder(out, null);
      encoder = open;
      writeHeader(open);
    }
    open.writeLong(records);
    open.writeBytes(compressed);
    open.writeFixed(sync);
  }

  private void writeHeader(BinaryEncoder to) throws IOException {
    Map<String, byte[]> all = metadata == null ? Map.of() : metadata;
    to.writeFixed(DataFileConstants.MAGIC);
    to.writeMapStart();
    to.setItemCount(all.size());
    for (Map.Entry<String, byte[]> entry : all.entrySet()) {
      to.startItem();
      to.writeString(entry.getKey());
      to.writeBytes(entry.getValue());
    }
    to.writeMapEnd();
    to.writeFixed(sync);
  }
}
