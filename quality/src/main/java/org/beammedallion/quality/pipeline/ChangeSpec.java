package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the source's records say what was inserted, updated and deleted. */
public sealed interface ChangeSpec extends Serializable {

  /**
   * Debezium's envelopes. Information that is neither here nor in the event's schema is not
   * guessed: a value that needs it is a dead letter.
   *
   * @param timeUnit of numbers that stand for timestamps and times, or null where it is not told
   * @param decimals how texts stand for decimals, or null where it is not told
   * @param fields what values of single fields are, by the field's path in the contract; it counts
   *     more than the two above
   * @param unavailableValue what the connector writes for a large value that did not change beside
   *     its own default: a text, or bytes as {@code hex:} and their digits; null for the default
   * @param epochs source times from which on another log of the source counts, ascending
   */
  record Debezium(
      @Nullable TimeUnit timeUnit,
      @Nullable Decimals decimals,
      Map<String, Encoding> fields,
      @Nullable String unavailableValue,
      List<Instant> epochs)
      implements ChangeSpec {

    /** Nothing is told. */
    public static final Debezium DEFAULT = new Debezium(null, null, Map.of(), null, List.of());

    public Debezium {
      fields = Map.copyOf(fields);
      epochs = List.copyOf(epochs);
    }
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

  /** What the values of one field are. */
  enum Encoding {
    /** A number of a date: days since 1970-01-01. */
    DAYS,
    MILLIS,
    MICROS,
    NANOS,
    /** A decimal: the unscaled value's bytes in base64, with the contract's scale. */
    PRECISE,
    /** A decimal: a text such as 12.50. */
    STRING
  }

  /** The connectors' {@code decimal.handling.mode}. Numbers are understood beside each. */
  enum Decimals {
    /** The unscaled value's bytes, in base64 where the envelope is JSON. */
    PRECISE,
    /** A text such as 12.50. */
    STRING
  }
}
