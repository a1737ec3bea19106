package org.beammedallion.io.writing;

import java.util.List;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.StagedDeletes;

/**
 * What a commit changes in a table. Changes of parts add up.
 *
 * @param files of the table, not yet committed
 * @param removed paths of files of the table that the commit takes away
 * @param marks of deleted rows of files of the table, not yet committed
 * @param touched panes of event time in which rows were published, replaced or deleted
 */
public record TableChange(
    List<DataFile> files, List<String> removed, List<StagedDeletes> marks, TouchedPanes touched) {

  static final TableChange NONE =
      new TableChange(List.of(), List.of(), List.of(), TouchedPanes.NONE);

  public static TableChange ofFiles(List<DataFile> files, TouchedPanes touched) {
    return new TableChange(files, List.of(), List.of(), touched);
  }

  static TableChange ofRemoved(List<String> paths, TouchedPanes touched) {
    return new TableChange(List.of(), paths, List.of(), touched);
  }

  static TableChange ofMarks(List<StagedDeletes> marks) {
    return new TableChange(List.of(), List.of(), marks, TouchedPanes.NONE);
  }

  TableChange plus(TableChange other) {
    return new TableChange(
        StageResult.joined(files, other.files),
        StageResult.joined(removed, other.removed),
        StageResult.joined(marks, other.marks),
        touched.union(other.touched));
  }
}
