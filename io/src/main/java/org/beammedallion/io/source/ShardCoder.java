package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.io.progress.Shard;
import org.jspecify.annotations.Nullable;

/** Shards of any kind. */
public final class ShardCoder extends CustomCoder<Shard> {

  private static final long serialVersionUID = 1L;
  private static final ShardCoder INSTANCE = new ShardCoder();
  private static final ByteArrayCoder BYTES = ByteArrayCoder.of();

  private ShardCoder() {}

  public static ShardCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Shard value, OutputStream out) throws IOException {
    BYTES.encode(SerializableUtils.serializeToByteArray(value), out);
  }

  @Override
  public Shard decode(InputStream in) throws IOException {
    return (Shard) SerializableUtils.deserializeFromByteArray(BYTES.decode(in), "a shard");
  }

  /** Flink joins only what has equal coders. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ShardCoder;
  }

  @Override
  public int hashCode() {
    return ShardCoder.class.hashCode();
  }
}
