package org.beammedallion.io.parquet;

/** A time of day as text: {@code HH:mm:ss}, and {@code .SSSSSS} where it has a fraction. */
public final class TimeText {

  public static final int MAX_LENGTH = 15;

  private TimeText() {}

  /** Writes a time in microseconds since midnight and returns the number of bytes. */
  public static int write(long micros, byte[] target) {
    int seconds = (int) (micros / 1_000_000);
    int fraction = (int) (micros % 1_000_000);
    twoDigits(seconds / 3600, target, 0);
    target[2] = ':';
    twoDigits(seconds / 60 % 60, target, 3);
    target[5] = ':';
    twoDigits(seconds % 60, target, 6);
    if (fraction == 0) {
      return 8;
    }
    target[8] = '.';
    twoDigits(fraction / 10_000, target, 9);
    twoDigits(fraction / 100 % 100, target, 11);
    twoDigits(fraction % 100, target, 13);
    return MAX_LENGTH;
  }

  private static void twoDigits(int value, byte[] target, int at) {
    target[at] = (byte) ('0' + value / 10);
    target[at + 1] = (byte) ('0' + value % 10);
  }
}
