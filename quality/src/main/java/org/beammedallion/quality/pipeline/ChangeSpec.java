package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** How the source's records say what was inserted, updated and deleted. */
public sealed interface ChangeSpec extends Serializable {

  /**
   * Debezium's envelopes.
   *
   * @param timeUnit of numbers that stand for timestamps and times, where the envelope does not
   *     tell
   * @param decimals how decimals are written, where the envelope does not tell
   */
  record Debezium(TimeUnit timeUnit, Decimals decimals) implements ChangeSpec {

    /** What the connectors write unless they are told otherwise. */
    public static final Debezium DEFAULT = new Debezium(TimeUnit.MICROS, Decimals.PRECISE);
  }

  /**
   * Files of AWS Database Migration Service.
   *
   * @param operationColumn holds I, U or D
   * @param timestampColumn holds the time of the change in the source, or null where there is none
   */
  record Dms(String operationColumn, @Nullable String timestampColumn) implements ChangeSpec {

    public static final Dms DEFAULT = new Dms("Op", null);
  }

  /** What a number counts. */
  enum TimeUnit {
    MILLIS,
    MICROS,
    NANOS
  }

  /** The connectors' {@code decimal.handling.mode}. Numbers are understood beside each. */
  enum Decimals {
    /** The unscaled value's bytes, in base64 where the envelope is JSON. */
    PRECISE,
    /** A text such as 12.50. */
    STRING
  }
}
