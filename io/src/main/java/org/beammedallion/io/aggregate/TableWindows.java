package org.beammedallion.io.aggregate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.TimeRange;
import org.beammedallion.transforms.window.TouchedWindows;

/** The windows that a gold table holds already. */
public final class TableWindows {

  /** Position of {@code window_start} in every gold table. */
  static final int START = 0;

  /** Position of {@code window_end}. */
  static final int END = 1;

  private TableWindows() {}

  /** The files that may hold a touched window. */
  public static List<DataFile> touched(Collection<DataFile> files, TouchedWindows touched) {
    return overlapping(files, touched.windowRanges());
  }

  /** The files that may hold a session which stays, though rows near it are read. */
  public static List<DataFile> keeping(Collection<DataFile> files, TouchedWindows touched) {
    return overlapping(files, touched.keptRanges());
  }

  private static List<DataFile> overlapping(Collection<DataFile> files, List<TimeRange> ranges) {
    return files.stream()
        .filter(
            file ->
                ranges.stream()
                    .anyMatch(
                        range ->
                            // Bounds count in mayHold; a window that ends where the range begins
                            // holds nothing of it.
                            file.mayHold("window_start", null, range.to() - 1)
                                && file.mayHold("window_end", range.from() + 1, null)))
        .toList();
  }

  /**
   * The touched windows of a table whose sessions can be told apart, and which are those that its
   * query gives. Only files are read that may hold a touched one.
   */
  public static TouchedWindows closedByKey(
      String table, List<DataFile> files, WindowedQuery query, TouchedWindows touched)
      throws IOException {
    TouchedWindows near = touched.closeByKey(List.of());
    List<TimeRange> sessions = new ArrayList<>();
    for (DataFile file : touched(files, near)) {
      addSessions(table, file, bounds(query), near, sessions);
      sessions = new ArrayList<>(TouchedWindows.joined(sessions));
    }
    return touched.closeByKey(sessions);
  }

  /**
   * The touched windows of a table, where they are sessions with those that would be cut. Only
   * files are read that may hold one of these.
   */
  public static TouchedWindows closed(
      String table, List<DataFile> files, WindowedQuery query, TouchedWindows touched)
      throws IOException {
    List<TimeRange> sessions = new ArrayList<>();
    Set<DataFile> unread = new LinkedHashSet<>(files);
    TouchedWindows closed = touched.closeOver(sessions);
    if (!(query.window() instanceof WindowSpec.Session)) {
      return closed;
    }
    RecordSchema bounds = bounds(query);
    while (true) {
      List<DataFile> next = touched(unread, closed);
      if (next.isEmpty()) {
        return closed;
      }
      for (DataFile file : next) {
        addSessions(table, file, bounds, TouchedWindows.all(query.window()), sessions);
        unread.remove(file);
      }
      // One file may lead to the next, many times: what overlaps is kept as one.
      sessions = TouchedWindows.joined(sessions);
      closed = touched.closeOver(sessions);
    }
  }

  private static RecordSchema bounds(WindowedQuery query) {
    return new RecordSchema(query.outputSchema().fields().subList(0, 2));
  }

  private static void addSessions(
      String table,
      DataFile file,
      RecordSchema bounds,
      TouchedWindows wanted,
      List<TimeRange> sessions)
      throws IOException {
    try (RowParquetReader reader = RowParquetReader.open(table, file, bounds, false)) {
      RowLayout layout = reader.layout();
      for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
        for (int i = 0; i < rows.count(); i++) {
          long start = layout.longAt(rows.bytes(), rows.row(i), START);
          long end = layout.longAt(rows.bytes(), rows.row(i), END);
          if (wanted.contains(start, end)) {
            sessions.add(new TimeRange(start, end));
          }
        }
      }
    }
  }
}
