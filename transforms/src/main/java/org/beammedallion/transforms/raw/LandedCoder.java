package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.beammedallion.transforms.bytes.Wire;
import org.jspecify.annotations.Nullable;

/** Encodes a {@link Landed}, or that there is none, as the last part of a batch. */
public final class LandedCoder {

  private LandedCoder() {}

  public static void encode(@Nullable Landed landed, OutputStream out) throws IOException {
    out.write(landed == null ? 0 : 1);
    if (landed != null) {
      Wire.writeInt(out, landed.shard());
      Wire.writeText(out, landed.source());
      Wire.writeLong(out, landed.read());
      Wire.writeText(out, landed.bronzeFile());
      Wire.writeLong(out, landed.bronzeBytes());
      out.write(landed.vanished() ? 1 : 0);
      Wire.writeText(out, landed.warning());
      Wire.writeText(out, landed.refused());
      Wire.writeText(out, landed.reached());
    }
  }

  public static @Nullable Landed decode(InputStream in) throws IOException {
    if (Wire.readByte(in) == 0) {
      return null;
    }
    return new Landed(
        Wire.readInt(in),
        Wire.readText(in),
        Wire.readLong(in),
        Wire.readOptionalText(in),
        Wire.readLong(in),
        Wire.readByte(in) == 1,
        Wire.readOptionalText(in),
        Wire.readOptionalText(in),
        Wire.readOptionalText(in));
  }

  public static long sizeOf(@Nullable Landed landed) {
    return landed == null
        ? 1
        : 2L
            + Integer.BYTES
            + Wire.sizeOfText(landed.source())
            + Long.BYTES
            + Wire.sizeOfText(landed.bronzeFile())
            + Long.BYTES
            + Wire.sizeOfText(landed.warning())
            + Wire.sizeOfText(landed.refused())
            + Wire.sizeOfText(landed.reached());
  }
}
