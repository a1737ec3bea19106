package org.beammedallion.pipelines.suite;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** It stands still, and goes on when it is told to. */
public final class SetClock extends Clock {

  private Instant now;

  public SetClock(Instant now) {
    this.now = now;
  }

  public void set(Instant time) {
    now = time;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    return now;
  }
}
