package org.beammedallion.io.progress;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run of names. An entry of a block is the part of its name that the one before does not
 * begin with, a byte of flags, the size, and the time as the difference to the one before.
 */
final class NameRunWriter implements Closeable {

  static final int REMOVED = 1;
  static final int WITH_TIME = 2;

  private static final int BLOCK = 64 << 10;

  private final String file;
  private final long from;
  private final long to;
  private final IndexedBlocksWriter out;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream(BLOCK + 1024);
  private byte[] previous = new byte[0];
  private long previousSecond;
  private @Nullable String blockFirst;
  private @Nullable String first;
  private String last = "";
  private long names;

  NameRunWriter(LogFiles files, long from, long to) throws IOException {
    this.file = String.format(Locale.ROOT, "%010d-%010d.names", from, to);
    this.from = from;
    this.to = to;
    this.out = new IndexedBlocksWriter(files.storage().create(files.file(Kind.NAMES, file)));
  }

  /** Adds an entry whose URI is greater than that of the one before. */
  void add(NameEntry entry) throws IOException {
    byte[] name = entry.uri().getBytes(StandardCharsets.UTF_8);
    if (blockFirst == null) {
      blockFirst = entry.uri();
      previous = new byte[0];
      previousSecond = 0;
    }
    if (first == null) {
      first = entry.uri();
    }
    int shared = Arrays.mismatch(previous, name);
    if (shared < 0) {
      throw new IllegalStateException("'" + entry.uri() + "' comes twice.");
    }
    unsigned(shared);
    unsigned(name.length - shared);
    block.write(name, shared, name.length - shared);
    addFile(entry.file());
    previous = name;
    last = entry.uri();
    names++;
    if (block.size() >= BLOCK) {
      flush();
    }
  }

  private void addFile(@Nullable TakenFile taken) {
    if (taken == null) {
      block.write(REMOVED);
      return;
    }
    Instant modified = taken.modified();
    block.write(modified == null ? 0 : WITH_TIME);
    unsigned(taken.size());
    if (modified != null) {
      long second = modified.getEpochSecond();
      long difference = second - previousSecond;
      unsigned((difference << 1) ^ (difference >> 63));
      unsigned(modified.getNano());
      previousSecond = second;
    }
  }

  private void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      block.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    block.write((int) rest);
  }

  private void flush() throws IOException {
    if (blockFirst != null) {
      out.add(blockFirst, block.toByteArray());
      block.reset();
      blockFirst = null;
    }
  }

  NameRun finish() throws IOException {
    flush();
    long bytes = out.finish();
    return new NameRun(file, from, to, names, bytes, first == null ? "" : first, last);
  }

  @Override
  public void close() {
    out.close();
  }
}
