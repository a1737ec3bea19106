package org.beammedallion.io.writing;

/**
 * Where a block goes from {@link org.beammedallion.io.silver.StageBucketFn}; blocks of one part are
 * grouped.
 *
 * @param number of the file, shard or set of columns; else 0
 * @param split which of several places; else 0
 * @param folder of the partition; else empty
 */
public record Part(Kind kind, int number, int split, String folder) {

  /** What is collected there. */
  public enum Kind {
    /** What buckets staged themselves. */
    RESULT,
    /** Rows of one partition. */
    PARTITION,
    /** {@link org.beammedallion.io.silver.FileChange}s of one live file. */
    FILE,
    /** Values of one set of columns that should be unique. */
    VALUES,
    /**
     * Changes of one shard that are held back, see {@link org.beammedallion.io.silver.HeldChanges}.
     */
    HELD
  }

  public static final Part RESULT = new Part(Kind.RESULT, 0, 0, "");

  /** Rows of one partition, to be written in one of several places. */
  public static Part partition(String folder, int split) {
    return new Part(Kind.PARTITION, 0, split, folder);
  }

  public static Part file(int number) {
    return new Part(Kind.FILE, number, 0, "");
  }

  /**
   * @param part which part of the values
   */
  public static Part values(int columns, int part) {
    return new Part(Kind.VALUES, columns, part, "");
  }

  public static Part held(int shard) {
    return new Part(Kind.HELD, shard, 0, "");
  }
}
