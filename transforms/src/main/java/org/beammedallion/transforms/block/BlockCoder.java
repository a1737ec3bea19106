package org.beammedallion.transforms.block;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.values.KV;

/**
 * Encodes a {@link Block} as its bytes, which runners pass on without a copy where they can;
 * deterministic.
 */
// Beam still tells coders by the deprecated context that nothing follows, which spares a copy.
@SuppressWarnings("deprecation")
public final class BlockCoder extends AtomicCoder<Block> {

  private static final BlockCoder INSTANCE = new BlockCoder();
  private static final ByteArrayCoder BYTES = ByteArrayCoder.of();

  private BlockCoder() {}

  public static BlockCoder of() {
    return INSTANCE;
  }

  /** For blocks on their way to a destination. */
  public static Coder<KV<Destination, Block>> addressed() {
    return KvCoder.of(DestinationCoder.of(), INSTANCE);
  }

  @Override
  public void encode(Block block, OutputStream out) throws IOException {
    BYTES.encode(block.bytes(), out);
  }

  @Override
  public void encode(Block block, OutputStream out, Context context) throws IOException {
    BYTES.encode(block.bytes(), out, context);
  }

  @Override
  public Block decode(InputStream in) throws IOException {
    return Block.of(BYTES.decode(in));
  }

  @Override
  public Block decode(InputStream in, Context context) throws IOException {
    return Block.of(BYTES.decode(in, context));
  }

  @Override
  public boolean isRegisterByteSizeObserverCheap(Block block) {
    return true;
  }

  @Override
  protected long getEncodedElementByteSize(Block block) {
    return Integer.BYTES + (long) block.bytes().length;
  }
}
