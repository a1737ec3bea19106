package org.beammedallion.io.source;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many records this JVM has read: what a person watches while an embedded runner works. On a
 * cluster it stays at zero, and it is never part of a ledger.
 */
public final class LandingProgress {

  private static final LongAdder RECORDS = new LongAdder();

  private LandingProgress() {}

  static void add(long records) {
    RECORDS.add(records);
  }

  public static long records() {
    return RECORDS.sum();
  }
}
