package org.beammedallion.transforms.row;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The order of changes, by the texts that tell where each stands in the log of its source: {@code
 * [~epoch.]place[/origin]}. An epoch precedes the place, and what stands behind the slash, when and
 * in which log the change was made, orders nothing: it tells whether two places can be compared at
 * all. Immutable.
 */
public final class ChangeSequence implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Starts the text of a change that is not of the first log; greater than any place. */
  public static final byte EPOCH = '~';

  /** Starts the origin; no place has one. */
  public static final byte ORIGIN = '/';

  /** Hexadecimal digits of a time in milliseconds. */
  public static final int TIME_DIGITS = 12;

  /** In an origin, behind the two times: the row of a snapshot, whose time is that of reading. */
  public static final byte SNAPSHOT = 'r';

  /** The same of a change that the log has. */
  public static final byte CHANGE = 'c';

  /** In a place, between separators: a snapshot's row, which comes before the changes there. */
  public static final byte READ_MARK = '0';

  /** The same of a change. */
  public static final byte CHANGE_MARK = '1';

  /** Between the parts of a place. */
  public static final byte SEPARATOR = '.';

  /** Hexadecimal digits of a commit of SQL Server or Db2; no other place begins with so many. */
  public static final int COMMIT_DIGITS = 32;

  /** In an origin, behind the kind: the server that made the change follows. */
  public static final byte SERVER = 'm';

  /** Between the server's number and its UUID. */
  public static final byte SERVER_UUID = ',';

  /**
   * Clocks are set, so a time may fall a little where the place rises: by so many milliseconds
   * without a meaning.
   */
  public static final long MARGIN_MILLIS = 5_000;

  private static final int EPOCH_LENGTH = TIME_DIGITS + 2;
  private static final int KIND = 1 + 2 * TIME_DIGITS;
  private static final long FIRST_EPOCH = Long.MIN_VALUE;

  private final long[] epochs;

  private ChangeSequence(long[] epochs) {
    this.epochs = epochs;
  }

  /**
   * @param epochs source times from which on another log counts, ascending, in milliseconds
   */
  public static ChangeSequence of(long... epochs) {
    return new ChangeSequence(epochs.clone());
  }

  /** Positive where A is later. */
  public int compare(byte[] a, int fromA, int lengthA, byte[] b, int fromB, int lengthB) {
    int epoch = Long.compare(epoch(a, fromA, lengthA), epoch(b, fromB, lengthB));
    return epoch != 0 ? epoch : comparePlaces(a, fromA, lengthA, b, fromB, lengthB);
  }

  private static int comparePlaces(
      byte[] a, int fromA, int lengthA, byte[] b, int fromB, int lengthB) {
    int placeA = placeFrom(a, fromA, lengthA);
    int placeB = placeFrom(b, fromB, lengthB);
    int endA = originFrom(a, fromA, lengthA);
    int endB = originFrom(b, fromB, lengthB);
    // Where a time and the place in a file once stood for a place: that never outranks one.
    int known = Boolean.compare(hasFile(b, placeB, endB), hasFile(a, placeA, endA));
    return known != 0 ? known : Arrays.compareUnsigned(a, placeA, endA, b, placeB, endB);
  }

  /**
   * Whether one change, whose place is not later than that of another of the same row, is later by
   * the source's clock, so that its place must be one of another log.
   *
   * @param a the change whose place is later
   */
  public boolean isOfAnotherLog(
      byte[] b, int fromB, int lengthB, byte[] a, int fromA, int lengthA) {
    int originA = originFrom(a, fromA, lengthA);
    int originB = originFrom(b, fromB, lengthB);
    int endA = fromA + lengthA;
    int endB = fromB + lengthB;
    if (endA - originA <= KIND
        || endB - originB <= KIND
        || epoch(a, fromA, lengthA) != epoch(b, fromB, lengthB)) {
      return false;
    }
    boolean readB = b[originB + KIND] == SNAPSHOT;
    boolean anyRead = readB || a[originA + KIND] == SNAPSHOT;
    int order = comparePlaces(b, fromB, lengthB, a, fromA, lengthA);
    if (order > 0
        || (order == 0 && anyRead)
        || (readB && isReadAtCommit(b, fromB, lengthB, a, fromA, lengthA))) {
      return false;
    }
    // The row of a snapshot may be read long after the place that it stands for, but before any
    // later change of the log is.
    long timeA = readB ? processedAt(a, originA) : changedAt(a, originA);
    return changedAt(b, originB) - timeA > MARGIN_MILLIS
        && (anyRead || serversDiffer(a, originA + KIND + 1, endA, b, originB + KIND + 1, endB));
  }

  /**
   * Whether a snapshot's row tells the commit of a change, as those of SQL Server and Db2 do, which
   * have the last commit there was. On a quiet database that is the row's own, and the row is older
   * than its change, whenever it was read. In other logs a snapshot's place is behind all changes,
   * and one at a change's place is of another log.
   */
  private static boolean isReadAtCommit(
      byte[] read, int fromRead, int lengthRead, byte[] change, int fromChange, int lengthChange) {
    int a = placeFrom(read, fromRead, lengthRead);
    int b = placeFrom(change, fromChange, lengthChange);
    int mark = COMMIT_DIGITS + 1;
    return originFrom(read, fromRead, lengthRead) - a > mark
        && originFrom(change, fromChange, lengthChange) - b > mark
        && Arrays.equals(read, a, a + mark, change, b, b + mark)
        && read[a + COMMIT_DIGITS] == SEPARATOR
        && read[a + mark] == READ_MARK
        && change[b + mark] == CHANGE_MARK;
  }

  /** When the change was made, in milliseconds, or -1 where that is not told. */
  public static long changedAt(byte[] text, int from, int length) {
    int origin = originFrom(text, from, length);
    return from + length - origin <= KIND ? -1 : changedAt(text, origin);
  }

  private static long changedAt(byte[] text, int origin) {
    return hex(text, origin + 1, origin + 1 + TIME_DIGITS);
  }

  private static long processedAt(byte[] text, int origin) {
    return hex(text, origin + 1 + TIME_DIGITS, origin + KIND);
  }

  /**
   * Where servers are told apart, one log may hold statements whose time is that of their start;
   * only another server's log has an order of its own.
   */
  private static boolean serversDiffer(
      byte[] a, int fromA, int endA, byte[] b, int fromB, int endB) {
    if (fromA >= endA || fromB >= endB || a[fromA] != SERVER || b[fromB] != SERVER) {
      return true;
    }
    int uuidA = indexOf(SERVER_UUID, a, fromA, endA);
    int uuidB = indexOf(SERVER_UUID, b, fromB, endB);
    boolean numbers = uuidA > fromA + 1 && uuidB > fromB + 1;
    boolean uuids = uuidA + 1 < endA && uuidB + 1 < endB;
    return (!numbers && !uuids)
        || (numbers && !Arrays.equals(a, fromA, uuidA, b, fromB, uuidB))
        || (uuids && !Arrays.equals(a, uuidA, endA, b, uuidB, endB));
  }

  /** The epoch that the pipeline file says, where the change tells its time. */
  private long epoch(byte[] text, int from, int length) {
    if (epochs.length > 0) {
      long time = changedAt(text, from, length);
      if (time >= 0) {
        return epochOf(time, epochs);
      }
    }
    return length > EPOCH_LENGTH && text[from] == EPOCH
        ? hex(text, from + 1, from + 1 + TIME_DIGITS)
        : FIRST_EPOCH;
  }

  /**
   * The last epoch that has begun at a time.
   *
   * @return a negative number where none has
   */
  public static long epochOf(long time, long[] epochs) {
    long last = FIRST_EPOCH;
    for (long epoch : epochs) {
      if (epoch <= time) {
        last = epoch;
      }
    }
    return last;
  }

  private static int placeFrom(byte[] text, int from, int length) {
    return length > EPOCH_LENGTH && text[from] == EPOCH ? from + EPOCH_LENGTH : from;
  }

  private static int originFrom(byte[] text, int from, int length) {
    return indexOf(ORIGIN, text, from, from + length);
  }

  /** Only names of files are followed by a blank. */
  private static boolean hasFile(byte[] text, int from, int to) {
    return indexOf((byte) ' ', text, from, to) < to;
  }

  /** The index of a byte, or {@code to} where there is none. */
  private static int indexOf(byte octet, byte[] text, int from, int to) {
    int i = from;
    while (i < to && text[i] != octet) {
      i++;
    }
    return i;
  }

  private static long hex(byte[] text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 4 | (Character.digit(text[i], 16) & 15);
    }
    return value;
  }
}
