package org.beammedallion.transforms.block;

/**
 * Where a block goes; blocks of one destination are grouped.
 *
 * @param number from 0, among those of the kind
 */
public record Destination(Kind kind, int number) {

  /** What is collected there. */
  public enum Kind {
    /** Rows of the same keys. */
    BUCKET,
    /** Dead letters of some shards. */
    DEAD_LETTERS,
    /** Figures of the whole cycle. */
    FIGURES
  }

  public static final Destination FIGURES = new Destination(Kind.FIGURES, 0);

  public static Destination bucket(int number) {
    return new Destination(Kind.BUCKET, number);
  }

  public static Destination deadLetters(int part) {
    return new Destination(Kind.DEAD_LETTERS, part);
  }
}
