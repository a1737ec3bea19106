package org.beammedallion.io.stage;

/**
 * Where a block goes from {@link StageBucketFn}; blocks of one part are grouped.
 *
 * @param number of the file, shard or set of columns; else 0
 * @param split which of several places; else 0
 * @param folder of the partition; else empty
 */
record Part(Kind kind, int number, int split, String folder) {

  /** What is collected there. */
  enum Kind {
    /** What buckets staged themselves. */
    RESULT,
    /** Rows of one partition. */
    PARTITION,
    /** {@link FileChange}s of one live file. */
    FILE,
    /** Values of one set of columns that should be unique. */
    VALUES,
    /** Changes of one shard that are held back, see {@link HeldChanges}. */
    HELD
  }

  static final Part RESULT = new Part(Kind.RESULT, 0, 0, "");

  /** Rows of one partition, to be written in one of several places. */
  static Part partition(String folder, int split) {
    return new Part(Kind.PARTITION, 0, split, folder);
  }

  static Part file(int number) {
    return new Part(Kind.FILE, number, 0, "");
  }

  /**
   * @param part which part of the values
   */
  static Part values(int columns, int part) {
    return new Part(Kind.VALUES, columns, part, "");
  }

  static Part held(int shard) {
    return new Part(Kind.HELD, shard, 0, "");
  }
}
