package org.beammedallion.pipelines.init;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;
import org.beammedallion.io.source.Compression;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.CorruptStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a file, decompressed.
 *
 * @param uri of the file
 * @param bytes from its beginning
 * @param whole whether these are all
 * @param damage why there are no more that can be read; null where that is not the reason
 */
@SuppressWarnings("ArrayRecordComponent") // Heads are never compared.
record FileHead(String uri, byte[] bytes, boolean whole, @Nullable String damage) {

  FileHead(String uri, byte[] bytes, boolean whole) {
    this(uri, bytes, whole, null);
  }

  /** So much tells what a file holds, and fits into the memory of a laptop many times. */
  static final int MOST_BYTES = 32 << 20;

  private static final int PROBED_FOR_NULS = 1 << 12;

  static FileHead read(String uri, int most) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Compression.ofName(uri).decompress(Storage.of(uri).open(uri))) {
      int read;
      while (bytes.size() < most
          && (read = in.read(buffer, 0, Math.min(buffer.length, most - bytes.size()))) >= 0) {
        bytes.write(buffer, 0, read);
      }
      return new FileHead(uri, bytes.toByteArray(), bytes.size() < most);
    } catch (CorruptStreamException | EOFException | ZipException e) {
      if (bytes.size() == 0) {
        throw new IOException(uri + " cannot be read: " + e.getMessage(), e);
      }
      // A run reads what comes before the damage, too.
      return new FileHead(uri, bytes.toByteArray(), false, e.getMessage());
    }
  }

  boolean beginsWith(String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length >= wanted.length
        && java.util.Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
  }

  /** How its characters are encoded, by a mark or by what the bytes can be. */
  Charset charset() {
    if (beginsWith("\u00FF\u00FE")) {
      return StandardCharsets.UTF_16LE;
    } else if (beginsWith("\u00FE\u00FF")) {
      return StandardCharsets.UTF_16BE;
    }
    int even = 0;
    int odd = 0;
    int probed = Math.min(bytes.length, PROBED_FOR_NULS);
    for (int i = 0; i < probed; i++) {
      if (bytes[i] == 0) {
        even += 1 - i % 2;
        odd += i % 2;
      }
    }
    if (odd > probed / 4 && isPlain(probed, StandardCharsets.UTF_16LE)) {
      return StandardCharsets.UTF_16LE;
    } else if (even > probed / 4 && isPlain(probed, StandardCharsets.UTF_16BE)) {
      return StandardCharsets.UTF_16BE;
    }
    return isUtf8() ? StandardCharsets.UTF_8 : Charset.forName("windows-1252");
  }

  /** Whether the first bytes are characters of a text. */
  private boolean isPlain(int probed, Charset charset) {
    return new String(bytes, 0, probed & ~1, charset)
        .chars()
        .allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
  }

  /** Whether a byte order mark says how it is encoded, so that nobody else need say it. */
  boolean hasMark() {
    return beginsWith("\u00FF\u00FE")
        || beginsWith("\u00FE\u00FF")
        || beginsWith("\u00EF\u00BB\u00BF");
  }

  private boolean isUtf8() {
    // A character may have been cut at the end.
    int length = whole ? bytes.length : Math.max(0, bytes.length - 3);
    int start = length;
    while (!whole && start > 0 && length - start < 3 && bytes[start - 1] < 0) {
      start--;
    }
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, start));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Its text without a byte order mark. */
  String text() {
    String text = new String(bytes, charset());
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
