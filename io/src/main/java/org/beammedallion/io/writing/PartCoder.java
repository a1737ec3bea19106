package org.beammedallion.io.writing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;

/** Encodes a {@link Part}; deterministic. */
public final class PartCoder extends AtomicCoder<Part> {

  private static final PartCoder INSTANCE = new PartCoder();
  private static final Part.Kind[] KINDS = Part.Kind.values();

  private PartCoder() {}

  public static PartCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Part part, OutputStream out) throws IOException {
    out.write(part.kind().ordinal());
    VarIntCoder.of().encode(part.number(), out);
    VarIntCoder.of().encode(part.split(), out);
    StringUtf8Coder.of().encode(part.folder(), out);
  }

  @Override
  public Part decode(InputStream in) throws IOException {
    Part.Kind kind = KINDS[in.read()];
    int number = VarIntCoder.of().decode(in);
    int split = VarIntCoder.of().decode(in);
    return new Part(kind, number, split, StringUtf8Coder.of().decode(in));
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
