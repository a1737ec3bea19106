package org.beammedallion.io.writing;

/**
 * What an upsert did to the files of its table. Figures of parts add up.
 *
 * @param live files of the table
 * @param pruned of these, files that no key can be in, which were not opened
 * @param rewritten files that lost a row
 * @param copiedGroups row groups of rewritten files that lost no row and were copied as they were
 * @param rewrittenGroups row groups of rewritten files that were decoded
 * @param marked files that were left as they are, of which rows were marked as deleted
 * @param markedRows these rows
 */
public record UpsertFigures(
    long live,
    long pruned,
    long rewritten,
    long copiedGroups,
    long rewrittenGroups,
    long marked,
    long markedRows) {

  static final UpsertFigures NONE = new UpsertFigures(0, 0, 0, 0, 0, 0, 0);

  /** What is known before the files are read. */
  public static UpsertFigures ofFiles(long live, long pruned) {
    return new UpsertFigures(live, pruned, 0, 0, 0, 0, 0);
  }

  public static UpsertFigures ofRewrite(long copiedGroups, long rewrittenGroups) {
    return new UpsertFigures(0, 0, 1, copiedGroups, rewrittenGroups, 0, 0);
  }

  public static UpsertFigures ofMarks(long rows) {
    return new UpsertFigures(0, 0, 0, 0, 0, 1, rows);
  }

  UpsertFigures plus(UpsertFigures other) {
    return new UpsertFigures(
        live + other.live,
        pruned + other.pruned,
        rewritten + other.rewritten,
        copiedGroups + other.copiedGroups,
        rewrittenGroups + other.rewrittenGroups,
        marked + other.marked,
        markedRows + other.markedRows);
  }
}
