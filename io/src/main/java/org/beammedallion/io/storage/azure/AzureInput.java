package org.beammedallion.io.storage.azure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.beammedallion.io.storage.object.ObjectPart;

/**
 * A blob from its beginning, range after range of one version. The first range is short, as most
 * files of a log are, and because it has to come again where the connection breaks. Not
 * thread-safe.
 */
final class AzureInput extends InputStream {

  private static final int FIRST_BYTES = 64 << 10;
  private static final int NEXT_BYTES = 8 << 20;

  private final AzureBlob blob;
  private final ObjectPart opened;
  private byte[] range;
  private int at;
  private long asked;

  AzureInput(AzureBlob blob) throws IOException {
    this.blob = blob;
    this.opened = blob.begin(FIRST_BYTES);
    this.range = opened.bytes();
    this.asked = range.length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (at == range.length && asked < opened.length()) {
      byte[] next = new byte[(int) Math.min(NEXT_BYTES, opened.length() - asked)];
      blob.read(opened.version(), asked, next, 0, next.length);
      range = next;
      asked += next.length;
      at = 0;
    }
    int some = Math.min(count, range.length - at);
    if (some == 0 && count > 0) {
      return -1;
    }
    System.arraycopy(range, at, target, offset, some);
    at += some;
    return some;
  }

  /** Nothing is open between ranges. */
  @Override
  public void close() {
    range = new byte[0];
    at = 0;
    asked = opened.length();
  }
}
