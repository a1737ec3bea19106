package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.beammedallion.transforms.bytes.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a {@link RawBatch}: the records and what stands between them, but nothing before the
 * first or after the last; so the starts of a decoded batch are counted from its first record.
 * Deterministic. The records of a batch must stand in its bytes in their order.
 */
public final class RawBatchCoder extends CustomCoder<RawBatch> {

  private static final RawBatchCoder INSTANCE = new RawBatchCoder();

  private RawBatchCoder() {}

  public static RawBatchCoder of() {
    return INSTANCE;
  }

  /** How Beam finds the coder of a {@link RawBatch}. */
  public static CoderProvider getCoderProvider() {
    return CoderProviders.forCoder(TypeDescriptor.of(RawBatch.class), INSTANCE);
  }

  @Override
  public void encode(RawBatch batch, OutputStream out) throws IOException {
    int count = batch.count();
    Wire.writeText(out, batch.source());
    Wire.writeInt(out, batch.shard());
    Wire.writeOptionalBytes(out, batch.header());
    Wire.writeInt(out, count);
    int first = first(batch);
    int[] starts = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = batch.starts()[i] - first;
    }
    Wire.writeInts(out, starts, count);
    Wire.writeInts(out, batch.lengths(), count);
    Wire.writeLongs(out, batch.positions(), count);
    Wire.writeBytes(out, batch.bytes(), first, end(batch) - first);
    DeadLetterCoder.encodeAll(batch.rejects(), out);
    LandedCoder.encode(batch.landed(), out);
    encodeFields(batch, out);
    Wire.writeText(out, batch.encoding());
  }

  private static void encodeFields(RawBatch batch, OutputStream out) throws IOException {
    PackedFields fields = batch.fields();
    out.write(fields == null ? 0 : 1);
    if (fields != null) {
      Wire.writeInts(out, fields.ends(), batch.count());
      Wire.writeBytes(out, fields.bytes(), 0, fields.start(batch.count()));
    }
  }

  private static @Nullable PackedFields decodeFields(InputStream in, int count) throws IOException {
    if (Wire.readByte(in) == 0) {
      return null;
    }
    int[] ends = Wire.readInts(in, count);
    return new PackedFields(Wire.readBytes(in), ends);
  }

  private static long sizeOfFields(RawBatch batch) {
    PackedFields fields = batch.fields();
    return fields == null
        ? 1
        : 1 + (long) batch.count() * Integer.BYTES + Wire.sizeOfBytes(fields.start(batch.count()));
  }

  @Override
  public RawBatch decode(InputStream in) throws IOException {
    String source = Wire.readText(in);
    int shard = Wire.readInt(in);
    byte[] header = Wire.readOptionalBytes(in);
    int count = Wire.readInt(in);
    int[] starts = Wire.readInts(in, count);
    int[] lengths = Wire.readInts(in, count);
    long[] positions = Wire.readLongs(in, count);
    byte[] bytes = Wire.readBytes(in);
    return new RawBatch(
        source,
        shard,
        header,
        bytes,
        count,
        starts,
        lengths,
        positions,
        DeadLetterCoder.decodeAll(in),
        LandedCoder.decode(in),
        decodeFields(in, count),
        Wire.readOptionalText(in));
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean isRegisterByteSizeObserverCheap(RawBatch batch) {
    return true;
  }

  @Override
  protected long getEncodedElementByteSize(RawBatch batch) {
    byte[] header = batch.header();
    return Wire.sizeOfText(batch.source())
        + Integer.BYTES
        + Wire.sizeOfBytes(header == null ? 0 : header.length)
        + Integer.BYTES
        + batch.count() * (2L * Integer.BYTES + Long.BYTES)
        + Wire.sizeOfBytes(end(batch) - first(batch))
        + DeadLetterCoder.sizeOfAll(batch.rejects())
        + LandedCoder.sizeOf(batch.landed())
        + sizeOfFields(batch)
        + Wire.sizeOfText(batch.encoding());
  }

  private static int first(RawBatch batch) {
    return batch.count() == 0 ? 0 : batch.starts()[0];
  }

  private static int end(RawBatch batch) {
    int last = batch.count() - 1;
    return last < 0 ? 0 : batch.starts()[last] + batch.lengths()[last];
  }
}
