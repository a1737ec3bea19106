package org.beammedallion.io.aggregate;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;
import org.beammedallion.transforms.window.TimeRange;
import org.beammedallion.transforms.window.TouchedWindows;

/**
 * Writes blocks of rows of a gold table, in order of their windows, so that row groups hold few of
 * them. Windows that are over are taken out of the files that each cycle replaces, as soon as they
 * are worth a file; else each cycle would write all of them again. A table in partitions keeps them
 * together: it would get a file in each.
 */
final class PartWriter implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Encoded rows of windows that are over which are worth a file of their own. */
  static final long OVER_BYTES = 4L << 20;

  private final TableTarget target;

  /** Windows that end until then are over, in microseconds. */
  private final long overUntil;

  private PartWriter(TableTarget target, long overUntil) {
    this.target = target;
    this.overUntil = overUntil;
  }

  /**
   * @param touched the windows that are computed; what ends before the last stretch of them begins
   *     is over
   */
  static PartWriter of(TableTarget target, TouchedWindows touched) {
    List<TimeRange> ranges = touched.windowRanges();
    return new PartWriter(
        target,
        ranges.isEmpty() || !target.partitions().isEmpty()
            ? Long.MIN_VALUE
            : ranges.get(ranges.size() - 1).from());
  }

  /** Where a row stands: in a block, from a byte on. */
  @SuppressWarnings("ArrayRecordComponent") // Places are never compared.
  private record Place(byte[] bytes, int start) {}

  StageResult write(List<Block> blocks) throws IOException {
    RowLayout layout = RowLayout.of(target.schema());
    List<Place> rows = new ArrayList<>();
    List<Place> past = new ArrayList<>();
    long pastBytes = 0;
    long computed = 0;
    for (Block block : blocks) {
      byte[] bytes = block.bytes();
      boolean isKept = block instanceof Block.Kept;
      ByteBuffer lengths = ByteBuffer.wrap(bytes);
      for (int at = Block.START; at < bytes.length; at += Integer.BYTES + lengths.getInt(at)) {
        Place row = new Place(bytes, at + Integer.BYTES);
        if (isKept && layout.longAt(bytes, row.start(), TableWindows.END) <= overUntil) {
          past.add(row);
          pastBytes += lengths.getInt(at);
        } else {
          rows.add(row);
        }
        computed += isKept ? 0 : 1;
      }
    }
    List<DataFile> files = new ArrayList<>();
    if (pastBytes < OVER_BYTES) {
      rows.addAll(past);
    } else {
      files.addAll(files(layout, past));
    }
    files.addAll(files(layout, rows));
    return StageResult.ofFiles(files, computed);
  }

  private List<DataFile> files(RowLayout layout, List<Place> rows) throws IOException {
    rows.sort((a, b) -> RowOrder.compare(layout, a.bytes(), a.start(), b.bytes(), b.start()));
    try (StagedFiles files = new StagedFiles(target)) {
      for (Place row : rows) {
        files.write(row.bytes(), row.start(), null, 0);
      }
      return files.finish();
    }
  }
}
