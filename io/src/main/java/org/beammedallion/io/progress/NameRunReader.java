package org.beammedallion.io.progress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.jspecify.annotations.Nullable;

/** Reads a run of names in its order, block by block, or from a name on. */
final class NameRunReader implements NameSource {

  private final IndexedBlocks blocks;
  private int number = -1;
  private byte[] block = new byte[0];
  private int position;
  private byte[] name = new byte[256];
  private int length;
  private long second;
  private @Nullable NameEntry current;

  NameRunReader(LogFiles files, NameRun run) throws IOException {
    this.blocks =
        IndexedBlocks.open(files.storage(), files.file(Kind.NAMES, run.file()), Kind.NAMES);
  }

  @Override
  public @Nullable NameEntry next() throws IOException {
    if (position == block.length) {
      if (number + 1 >= blocks.blocks().size()) {
        current = null;
        return null;
      }
      load(number + 1);
    }
    current = decode();
    return current;
  }

  /**
   * The entry of a URI, or null where there is none.
   *
   * @param uri not less than that of the call before
   */
  @Nullable NameEntry find(String uri) throws IOException {
    int wanted = blocks.find(uri);
    if (wanted < 0) {
      return null;
    }
    if (wanted != number) {
      load(wanted);
      current = decode();
    }
    while (current != null && current.uri().compareTo(uri) < 0) {
      current = position < block.length ? decode() : null;
    }
    return current != null && current.uri().equals(uri) ? current : null;
  }

  private void load(int next) throws IOException {
    number = next;
    block = blocks.read(next);
    position = 0;
    length = 0;
    second = 0;
  }

  private NameEntry decode() {
    int shared = (int) unsigned();
    int added = (int) unsigned();
    length = shared + added;
    if (length > name.length) {
      name = Arrays.copyOf(name, Math.max(length, 2 * name.length));
    }
    System.arraycopy(block, position, name, shared, added);
    position += added;
    String uri = new String(name, 0, length, StandardCharsets.UTF_8);
    int flags = block[position++];
    if (flags == NameRunWriter.REMOVED) {
      return new NameEntry(uri, null);
    }
    long size = unsigned();
    Instant modified = null;
    if (flags == NameRunWriter.WITH_TIME) {
      long difference = unsigned();
      second += (difference >>> 1) ^ -(difference & 1);
      modified = Instant.ofEpochSecond(second, unsigned());
    }
    return new NameEntry(uri, new TakenFile(size, modified));
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = block[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
