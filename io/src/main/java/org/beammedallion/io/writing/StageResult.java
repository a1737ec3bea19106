package org.beammedallion.io.writing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.RejectExample;
import org.beammedallion.transforms.block.BatchFigures;
import org.beammedallion.transforms.raw.Landed;

/**
 * What workers staged: the files, and what became of the records. Results of parts add up.
 *
 * @param batches figures of the batches that were read and passed the checks
 * @param rows what became of their rows
 * @param quarantine files of dead letters, in their final place
 * @param change of the table
 * @param deletes what became of deletes
 * @param versions files of the table of versions, not yet committed
 * @param upsert what became of the files of the table
 */
public record StageResult(
    BatchFigures batches,
    RowFigures rows,
    List<QuarantineFile> quarantine,
    TableChange change,
    DeleteResult deletes,
    List<DataFile> versions,
    UpsertFigures upsert) {

  public static final StageResult NONE =
      new StageResult(
          BatchFigures.NONE,
          RowFigures.NONE,
          List.of(),
          TableChange.NONE,
          DeleteResult.NONE,
          List.of(),
          UpsertFigures.NONE);

  public static StageResult of(BatchFigures batches) {
    return new StageResult(
        batches, NONE.rows, NONE.quarantine, NONE.change, NONE.deletes, NONE.versions, NONE.upsert);
  }

  public static StageResult of(RowFigures rows) {
    return new StageResult(
        NONE.batches, rows, NONE.quarantine, NONE.change, NONE.deletes, NONE.versions, NONE.upsert);
  }

  public static StageResult of(TableChange change) {
    return NONE.plus(change);
  }

  public static StageResult ofRepeats(int columns, long count) {
    return of(RowFigures.ofRepeats(columns, count));
  }

  /** Rows of a table that were written to files. */
  public static StageResult ofFiles(List<DataFile> files, long rows) {
    return of(RowFigures.ofPublished(rows)).plus(TableChange.ofFiles(files, TouchedPanes.NONE));
  }

  public static StageResult ofQuarantine(List<QuarantineFile> files) {
    return new StageResult(
        NONE.batches, NONE.rows, files, NONE.change, NONE.deletes, NONE.versions, NONE.upsert);
  }

  /**
   * The same with more files of the table to take away, and the panes that their rows may fall
   * into.
   */
  public StageResult withRemoved(List<String> paths, TouchedPanes panes) {
    return plus(TableChange.ofRemoved(paths, panes));
  }

  /**
   * The same of a change that began with files of the table written again.
   *
   * @param made files that took the place of others; those among them that this change takes away
   *     are never committed
   * @param before paths of the files that they took the place of
   * @param rows how many rows of these were left out
   */
  public StageResult onTopOf(List<DataFile> made, List<String> before, long rows) {
    Set<String> staged = new HashSet<>();
    made.forEach(file -> staged.add(file.path()));
    Set<String> taken = new HashSet<>(removed());
    List<DataFile> kept = made.stream().filter(file -> !taken.contains(file.path())).toList();
    List<String> gone = removed().stream().filter(path -> !staged.contains(path)).toList();
    return new StageResult(
        batches,
        this.rows.plus(new RowFigures(0, 0, 0, rows)),
        quarantine,
        new TableChange(joined(files(), kept), joined(gone, before), marks(), touched()),
        deletes,
        versions,
        upsert);
  }

  /** The same with files of the table of versions. */
  public StageResult withVersions(List<DataFile> staged) {
    return new StageResult(
        batches, rows, quarantine, change, deletes, joined(versions, staged), upsert);
  }

  /** The same with marks of deleted rows added. */
  public StageResult withMarks(List<StagedDeletes> staged) {
    return plus(TableChange.ofMarks(staged));
  }

  private StageResult plus(TableChange more) {
    return new StageResult(batches, rows, quarantine, change.plus(more), deletes, versions, upsert);
  }

  /** The same with what became of deletes added. */
  public StageResult plus(DeleteResult more) {
    return new StageResult(batches, rows, quarantine, change, deletes.plus(more), versions, upsert);
  }

  /** The same with what became of the table's files added. */
  public StageResult plus(UpsertFigures more) {
    return new StageResult(batches, rows, quarantine, change, deletes, versions, upsert.plus(more));
  }

  public StageResult plus(StageResult other) {
    return new StageResult(
        batches.plus(other.batches),
        rows.plus(other.rows),
        joined(quarantine, other.quarantine),
        change.plus(other.change),
        deletes.plus(other.deletes),
        joined(versions, other.versions),
        upsert.plus(other.upsert));
  }

  /** Rows that passed the checks. */
  public long accepted() {
    return batches.rows();
  }

  /** Records that say nothing of a row. */
  public long ignored() {
    return batches.ignored();
  }

  /** One figure for each rule that is measured over the cycle. */
  public long[] measures() {
    return batches.measures();
  }

  /** The shards that were read. */
  public List<Landed> landed() {
    return batches.landed();
  }

  /**
   * Values left out of rows, by the name of the field that the contract does not know, sorted by
   * the name.
   */
  public Map<String, Long> unknownFields() {
    return batches.unknown().byName();
  }

  /** Records in bronze, counted as they were written there. */
  public long read() {
    return landed().stream().mapToLong(Landed::read).sum();
  }

  /** Rows staged for the table. */
  public long published() {
    return rows.published();
  }

  /** Dead letters by reason, counted from the files that hold them. */
  public Map<Reason, Long> rejected() {
    Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    quarantine.forEach(file -> rejected.merge(file.reason(), file.letters(), Long::sum));
    return rejected;
  }

  /** The first dead letter of each reason, by source and position; the same on every runner. */
  public Map<Reason, RejectExample> examples() {
    Map<Reason, RejectExample> examples = new EnumMap<>(Reason.class);
    for (QuarantineFile file : quarantine) {
      if (file.first() != null) {
        examples.merge(file.reason(), file.first(), RejectExample::first);
      }
    }
    return examples;
  }

  /** Files of the table, not yet committed. */
  public List<DataFile> files() {
    return change.files();
  }

  /** Paths of files of the table that the commit takes away. */
  public List<String> removed() {
    return change.removed();
  }

  /** Marks of deleted rows of files of the table, not yet committed. */
  public List<StagedDeletes> marks() {
    return change.marks();
  }

  /** Panes of event time in which rows were published, replaced or deleted. */
  public TouchedPanes touched() {
    return change.touched();
  }

  public static <T> List<T> joined(List<T> a, List<T> b) {
    if (b.isEmpty()) {
      return a;
    } else if (a.isEmpty()) {
      return b;
    }
    List<T> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
