package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.bytes.Wire;

/** Encodes a {@link DeadLetter}; deterministic. */
public final class DeadLetterCoder extends CustomCoder<DeadLetter> {

  private static final DeadLetterCoder INSTANCE = new DeadLetterCoder();

  private DeadLetterCoder() {}

  public static DeadLetterCoder of() {
    return INSTANCE;
  }

  /** Writes some dead letters and how many they are. */
  public static void encodeAll(List<DeadLetter> letters, OutputStream out) throws IOException {
    Wire.writeInt(out, letters.size());
    for (DeadLetter letter : letters) {
      INSTANCE.encode(letter, out);
    }
  }

  /** Reads what {@link #encodeAll} wrote. */
  public static List<DeadLetter> decodeAll(InputStream in) throws IOException {
    int count = Wire.readInt(in);
    List<DeadLetter> letters = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      letters.add(INSTANCE.decode(in));
    }
    return List.copyOf(letters);
  }

  /** Bytes that {@link #encodeAll} writes. */
  public static long sizeOfAll(List<DeadLetter> letters) {
    long size = Integer.BYTES;
    for (DeadLetter letter : letters) {
      size += INSTANCE.getEncodedElementByteSize(letter);
    }
    return size;
  }

  @Override
  public void encode(DeadLetter letter, OutputStream out) throws IOException {
    Wire.writeText(out, letter.reason().name());
    Wire.writeText(out, letter.detail());
    Wire.writeText(out, letter.rule());
    Wire.writeBytes(out, letter.payload(), 0, letter.payload().length);
    Wire.writeLong(out, letter.payloadLength());
    Wire.writeText(out, letter.provenance().source());
    Wire.writeInt(out, letter.provenance().shard());
    Wire.writeLong(out, letter.provenance().position());
  }

  @Override
  public DeadLetter decode(InputStream in) throws IOException {
    return new DeadLetter(
        Reason.valueOf(Wire.readText(in)),
        Wire.readText(in),
        Wire.readOptionalText(in),
        Wire.readBytes(in),
        Wire.readLong(in),
        new Provenance(Wire.readText(in), Wire.readInt(in), Wire.readLong(in)));
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean isRegisterByteSizeObserverCheap(DeadLetter letter) {
    return true;
  }

  @Override
  protected long getEncodedElementByteSize(DeadLetter letter) {
    return Wire.sizeOfText(letter.reason().name())
        + Wire.sizeOfText(letter.detail())
        + Wire.sizeOfText(letter.rule())
        + Wire.sizeOfBytes(letter.payload().length)
        + Long.BYTES
        + Wire.sizeOfText(letter.provenance().source())
        + Integer.BYTES
        + Long.BYTES;
  }
}
