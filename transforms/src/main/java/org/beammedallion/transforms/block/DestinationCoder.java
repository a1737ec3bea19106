package org.beammedallion.transforms.block;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.beammedallion.transforms.block.Destination.Kind;

/**
 * Encodes a {@link Destination}; deterministic. The number comes first: Spark spreads keys by a
 * hash of these bytes, in which a byte behind it only shifts all numbers alike.
 */
public final class DestinationCoder extends AtomicCoder<Destination> {

  private static final DestinationCoder INSTANCE = new DestinationCoder();
  private static final Kind[] KINDS = Kind.values();

  private DestinationCoder() {}

  public static DestinationCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Destination destination, OutputStream out) throws IOException {
    VarIntCoder.of().encode(destination.number(), out);
    out.write(destination.kind().ordinal());
  }

  @Override
  public Destination decode(InputStream in) throws IOException {
    int number = VarIntCoder.of().decode(in);
    return new Destination(KINDS[in.read()], number);
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
