package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
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
      encode(landed.routes(), out);
    }
  }

  private static void encode(@Nullable Routes routes, OutputStream out) throws IOException {
    out.write(routes == null ? 0 : 1);
    if (routes == null) {
      return;
    }
    out.write(routes.by().ofHeader() ? 1 : 0);
    Wire.writeInt(out, routes.by().names().size());
    for (String name : routes.by().names()) {
      Wire.writeText(out, name);
    }
    Wire.writeInt(out, routes.pieces().size());
    for (RoutePiece piece : routes.pieces()) {
      Wire.writeText(out, piece.route());
      Wire.writeLong(out, piece.from());
      Wire.writeLong(out, piece.to());
      Wire.writeLong(out, piece.records());
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
        Wire.readOptionalText(in),
        routes(in));
  }

  private static @Nullable Routes routes(InputStream in) throws IOException {
    if (Wire.readByte(in) == 0) {
      return null;
    }
    boolean ofHeader = Wire.readByte(in) == 1;
    List<String> names = new ArrayList<>();
    for (int left = Wire.readInt(in); left > 0; left--) {
      names.add(Wire.readText(in));
    }
    List<RoutePiece> pieces = new ArrayList<>();
    for (int left = Wire.readInt(in); left > 0; left--) {
      pieces.add(
          new RoutePiece(
              Wire.readOptionalText(in), Wire.readLong(in), Wire.readLong(in), Wire.readLong(in)));
    }
    return new Routes(new Part(ofHeader, names), pieces);
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
            + Wire.sizeOfText(landed.reached())
            + sizeOf(landed.routes());
  }

  private static long sizeOf(@Nullable Routes routes) {
    if (routes == null) {
      return 1;
    }
    long size = 2L + 2L * Integer.BYTES;
    for (String name : routes.by().names()) {
      size += Wire.sizeOfText(name);
    }
    for (RoutePiece piece : routes.pieces()) {
      size += Wire.sizeOfText(piece.route()) + 3L * Long.BYTES;
    }
    return size;
  }
}
