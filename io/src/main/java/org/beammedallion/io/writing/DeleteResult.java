package org.beammedallion.io.writing;

import java.util.List;
import org.beammedallion.io.table.DataFile;

/**
 * What became of deletes. Results of parts add up.
 *
 * @param changes deletes that are the latest change of their key
 * @param rows rows of the table that they take away
 * @param files of the table of remembered deletes, not yet committed
 * @param forgotten paths of files of that table that the commit takes away
 */
public record DeleteResult(long changes, long rows, List<DataFile> files, List<String> forgotten) {

  public static final DeleteResult NONE = new DeleteResult(0, 0, List.of(), List.of());

  /** Files of the table of remembered deletes that go. */
  public static DeleteResult forgetting(List<String> paths) {
    return new DeleteResult(0, 0, List.of(), paths);
  }

  DeleteResult plus(DeleteResult other) {
    return new DeleteResult(
        changes + other.changes,
        rows + other.rows,
        StageResult.joined(files, other.files),
        StageResult.joined(forgotten, other.forgotten));
  }
}
