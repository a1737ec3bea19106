package org.beammedallion.io.bronze;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.RoutePiece;

/**
 * The header of a file of Avro and some of its blocks, which together are a file of Avro again; the
 * rest of the file is not read.
 */
final class PiecesStream extends InputStream {

  private static final int BUFFER_BYTES = 1 << 20;

  private final SeekableInput input;
  private final List<Range> ranges;
  private final byte[] buffer;
  private int next;
  private int start;
  private int end;

  private record Range(long from, long to) {}

  private PiecesStream(SeekableInput input, List<Range> ranges) {
    this.input = input;
    this.ranges = new ArrayList<>(ranges);
    long most = ranges.stream().mapToLong(range -> range.to - range.from).max().orElse(0);
    this.buffer = new byte[(int) Math.min(Math.max(most, 1), BUFFER_BYTES)];
  }

  /**
   * @param header bytes before the first block
   * @param pieces in the order of the file
   */
  static PiecesStream open(String uri, long header, List<RoutePiece> pieces) throws IOException {
    List<Range> ranges = new ArrayList<>();
    ranges.add(new Range(0, header));
    for (RoutePiece piece : pieces) {
      Range last = ranges.get(ranges.size() - 1);
      if (last.to == piece.from()) {
        ranges.set(ranges.size() - 1, new Range(last.from, piece.to()));
      } else {
        ranges.add(new Range(piece.from(), piece.to()));
      }
    }
    return new PiecesStream(Storage.of(uri).openSeekable(uri), ranges);
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer[start++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    } else if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - start);
    System.arraycopy(buffer, start, bytes, offset, count);
    start += count;
    return count;
  }

  private boolean fill() throws IOException {
    if (start < end) {
      return true;
    } else if (next == ranges.size()) {
      return false;
    }
    Range range = ranges.get(next);
    int count = (int) Math.min(buffer.length, range.to - range.from);
    input.readFully(range.from, buffer, 0, count);
    start = 0;
    end = count;
    if (range.from + count == range.to) {
      next++;
    } else {
      ranges.set(next, new Range(range.from + count, range.to));
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
