package org.beammedallion.transforms.row;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.beammedallion.transforms.bytes.Wire;
import org.beammedallion.transforms.raw.DeadLetterCoder;
import org.beammedallion.transforms.raw.LandedCoder;

/** Encodes a {@link RowBatch}; deterministic. */
public final class RowBatchCoder extends CustomCoder<RowBatch> {

  private static final RowBatchCoder INSTANCE = new RowBatchCoder();

  private RowBatchCoder() {}

  public static RowBatchCoder of() {
    return INSTANCE;
  }

  /** How Beam finds the coder of a {@link RowBatch}. */
  public static CoderProvider getCoderProvider() {
    return CoderProviders.forCoder(TypeDescriptor.of(RowBatch.class), INSTANCE);
  }

  @Override
  public void encode(RowBatch batch, OutputStream out) throws IOException {
    Wire.writeInt(out, batch.shard());
    Wire.writeBytes(out, batch.bytes(), 0, batch.length());
    Wire.writeInt(out, batch.count());
    Wire.writeLong(out, batch.read());
    Wire.writeLong(out, batch.ignored());
    Wire.writeInt(out, batch.measures().length);
    Wire.writeLongs(out, batch.measures(), batch.measures().length);
    DeadLetterCoder.encodeAll(batch.rejects(), out);
    LandedCoder.encode(batch.landed(), out);
    batch.unknown().write(out);
  }

  @Override
  public RowBatch decode(InputStream in) throws IOException {
    int shard = Wire.readInt(in);
    byte[] bytes = Wire.readBytes(in);
    int count = Wire.readInt(in);
    long read = Wire.readLong(in);
    long ignored = Wire.readLong(in);
    long[] measures = Wire.readLongs(in, Wire.readInt(in));
    return new RowBatch(
        shard,
        bytes,
        bytes.length,
        count,
        read,
        ignored,
        DeadLetterCoder.decodeAll(in),
        measures,
        LandedCoder.decode(in),
        FieldCounts.read(in));
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean isRegisterByteSizeObserverCheap(RowBatch batch) {
    return true;
  }

  @Override
  protected long getEncodedElementByteSize(RowBatch batch) {
    return Integer.BYTES
        + Wire.sizeOfBytes(batch.length())
        + Integer.BYTES
        + Long.BYTES
        + Long.BYTES
        + Integer.BYTES
        + (long) batch.measures().length * Long.BYTES
        + DeadLetterCoder.sizeOfAll(batch.rejects())
        + LandedCoder.sizeOf(batch.landed())
        + batch.unknown().encodedBytes();
  }
}
