package org.beammedallion.io.stage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.deduplicate.BatchFigures;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.row.FieldCounts;

/**
 * What workers staged: the files, and what became of the records. Results of parts add up.
 *
 * @param accepted rows that passed the checks
 * @param measures one figure for each rule that is measured over the cycle
 * @param landed the shards that were read
 * @param keyed rows that came to the deduplication: accepted ones, less those that the pipeline's
 *     transform took away
 * @param published rows staged for silver
 * @param duplicate rows that lost against another of their key
 * @param replaced rows of the table that give way to a newer version
 * @param quarantine files of dead letters, in their final place
 * @param files files of the table, not yet committed
 * @param removed paths of files of the table that the commit takes away
 * @param touched panes of event time in which rows were published, replaced or deleted
 * @param ignored records that say nothing of a row
 * @param deletes what became of deletes
 * @param repeats published rows whose values of some columns another one of the cycle has already,
 *     for each set of columns that is watched
 * @param unknownFields values left out of rows, by the name of the field that the contract does not
 *     know
 * @param versions files of the table of versions, not yet committed
 * @param upsert what became of the files of the table
 * @param marks of deleted rows of files of the table, not yet committed
 */
@SuppressWarnings("ArrayRecordComponent") // Results are never compared.
public record StageResult(
    long accepted,
    long[] measures,
    List<Landed> landed,
    long keyed,
    long published,
    long duplicate,
    long replaced,
    List<QuarantineFile> quarantine,
    List<DataFile> files,
    List<String> removed,
    TouchedPanes touched,
    long ignored,
    DeleteResult deletes,
    long[] repeats,
    Map<String, Long> unknownFields,
    List<DataFile> versions,
    UpsertFigures upsert,
    List<StagedDeletes> marks) {

  public StageResult {
    // What an earlier version of the program staged does not tell.
    repeats = repeats == null ? new long[0] : repeats;
    upsert = upsert == null ? UpsertFigures.NONE : upsert;
    marks = marks == null ? List.of() : marks;
    versions = versions == null ? List.of() : versions;
    unknownFields = unknownFields == null ? Map.of() : new TreeMap<>(unknownFields);
  }

  /** A result of records that have no fields but those of the contract. */
  StageResult(
      long accepted,
      long[] measures,
      List<Landed> landed,
      long keyed,
      long published,
      long duplicate,
      long replaced,
      List<QuarantineFile> quarantine,
      List<DataFile> files,
      List<String> removed,
      TouchedPanes touched,
      long ignored,
      DeleteResult deletes,
      long[] repeats) {
    this(
        accepted,
        measures,
        landed,
        keyed,
        published,
        duplicate,
        replaced,
        quarantine,
        files,
        removed,
        touched,
        ignored,
        deletes,
        repeats,
        Map.of(),
        List.of(),
        UpsertFigures.NONE,
        List.of());
  }

  /** A result without deletes. */
  StageResult(
      long accepted,
      long[] measures,
      List<Landed> landed,
      long keyed,
      long published,
      long duplicate,
      long replaced,
      List<QuarantineFile> quarantine,
      List<DataFile> files,
      List<String> removed,
      TouchedPanes touched) {
    this(
        accepted,
        measures,
        landed,
        keyed,
        published,
        duplicate,
        replaced,
        quarantine,
        files,
        removed,
        touched,
        0,
        DeleteResult.NONE,
        new long[0]);
  }

  public static final StageResult NONE =
      new StageResult(
          0,
          new long[0],
          List.of(),
          0,
          0,
          0,
          0,
          List.of(),
          List.of(),
          List.of(),
          TouchedPanes.NONE);

  public static StageResult of(BatchFigures figures) {
    return new StageResult(
        figures.rows(),
        figures.measures(),
        figures.landed(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        TouchedPanes.NONE,
        figures.ignored(),
        DeleteResult.NONE,
        new long[0],
        figures.unknown().byName(),
        List.of(),
        UpsertFigures.NONE,
        List.of());
  }

  static StageResult ofRepeats(int columns, long count) {
    long[] repeats = new long[columns + 1];
    repeats[columns] = count;
    return new StageResult(
        0,
        new long[0],
        List.of(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        TouchedPanes.NONE,
        0,
        DeleteResult.NONE,
        repeats);
  }

  /** Rows of a table that were written to files. */
  static StageResult ofFiles(List<DataFile> files, long rows) {
    return new StageResult(
        0, new long[0], List.of(), 0, rows, 0, 0, List.of(), files, List.of(), TouchedPanes.NONE);
  }

  public static StageResult ofQuarantine(List<QuarantineFile> files) {
    return new StageResult(
        0, new long[0], List.of(), 0, 0, 0, 0, files, List.of(), List.of(), TouchedPanes.NONE);
  }

  /**
   * The same with more files of the table to take away, and the panes that their rows may fall
   * into.
   */
  public StageResult withRemoved(List<String> paths, TouchedPanes panes) {
    return plus(
        new StageResult(0, new long[0], List.of(), 0, 0, 0, 0, List.of(), List.of(), paths, panes));
  }

  /** The same with what became of deletes added. */
  public StageResult plus(DeleteResult more) {
    return new StageResult(
        accepted,
        measures,
        landed,
        keyed,
        published,
        duplicate,
        replaced,
        quarantine,
        files,
        removed,
        touched,
        ignored,
        deletes.plus(more),
        repeats,
        unknownFields,
        versions,
        upsert,
        marks);
  }

  /** The same with files of the table of versions. */
  StageResult withVersions(List<DataFile> staged) {
    return with(joined(versions, staged), upsert, marks);
  }

  /** The same with what became of the table's files added. */
  public StageResult plus(UpsertFigures more) {
    return with(versions, upsert.plus(more), marks);
  }

  /** The same with marks of deleted rows added. */
  StageResult withMarks(List<StagedDeletes> staged) {
    return with(versions, upsert, joined(marks, staged));
  }

  private StageResult with(
      List<DataFile> newVersions, UpsertFigures newUpsert, List<StagedDeletes> newMarks) {
    return new StageResult(
        accepted,
        measures,
        landed,
        keyed,
        published,
        duplicate,
        replaced,
        quarantine,
        files,
        removed,
        touched,
        ignored,
        deletes,
        repeats,
        unknownFields,
        newVersions,
        newUpsert,
        newMarks);
  }

  /** Dead letters by reason, counted from the files that hold them. */
  public Map<Reason, Long> rejected() {
    Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    quarantine.forEach(file -> rejected.merge(file.reason(), file.letters(), Long::sum));
    return rejected;
  }

  /** Records in bronze, counted as they were written there. */
  public long read() {
    return landed.stream().mapToLong(Landed::read).sum();
  }

  public StageResult plus(StageResult other) {
    BatchFigures figures = figures().plus(other.figures());
    return new StageResult(
        figures.rows(),
        figures.measures(),
        figures.landed(),
        keyed + other.keyed,
        published + other.published,
        duplicate + other.duplicate,
        replaced + other.replaced,
        joined(quarantine, other.quarantine),
        joined(files, other.files),
        joined(removed, other.removed),
        touched.union(other.touched),
        figures.ignored(),
        deletes.plus(other.deletes),
        sum(repeats, other.repeats),
        figures.unknown().byName(),
        joined(versions, other.versions),
        upsert.plus(other.upsert),
        joined(marks, other.marks));
  }

  private BatchFigures figures() {
    return new BatchFigures(accepted, ignored, measures, landed, new FieldCounts(unknownFields));
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  static <T> List<T> joined(List<T> a, List<T> b) {
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
