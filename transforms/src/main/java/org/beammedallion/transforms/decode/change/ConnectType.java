package org.beammedallion.transforms.decode.change;

import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a column's values mean, as Kafka Connect's schemas tell it by the names of their types.
 *
 * @param unit of a timestamp or time that is a number, else null
 * @param scale of a decimal whose unscaled value is given as bytes
 */
public record ConnectType(Category category, @Nullable TimeUnit unit, int scale) {

  public enum Category {
    /** Nothing is known but the value itself. */
    PLAIN,
    /** Something that is no text, and none of the others: a duration, a year. */
    OTHER,
    TEXT,
    DATE,
    TIME,
    TIMESTAMP,
    /** Bytes of the unscaled value. */
    DECIMAL,
    /** An object of scale and bytes. */
    VARIABLE_DECIMAL
  }

  static final ConnectType PLAIN = new ConnectType(Category.PLAIN, null, 0);
  static final ConnectType OTHER = new ConnectType(Category.OTHER, null, 0);
  static final ConnectType TEXT = new ConnectType(Category.TEXT, null, 0);
  public static final ConnectType DATE = new ConnectType(Category.DATE, null, 0);
  static final ConnectType VARIABLE_DECIMAL = new ConnectType(Category.VARIABLE_DECIMAL, null, 0);

  public static ConnectType timestamp(TimeUnit unit) {
    return new ConnectType(Category.TIMESTAMP, unit, 0);
  }

  public static ConnectType time(TimeUnit unit) {
    return new ConnectType(Category.TIME, unit, 0);
  }

  public static ConnectType decimal(int scale) {
    return new ConnectType(Category.DECIMAL, null, scale);
  }

  /**
   * The type of a schema's semantic name.
   *
   * @param name such as {@code io.debezium.time.MicroTimestamp}; empty where there is none
   * @param isText whether the values are texts
   * @param scale of a decimal, or null where the schema does not tell it
   */
  public static ConnectType of(String name, boolean isText, @Nullable Integer scale) {
    return switch (name) {
      case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" -> DATE;
      case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp" ->
          timestamp(TimeUnit.MILLIS);
      case "io.debezium.time.MicroTimestamp" -> timestamp(TimeUnit.MICROS);
      case "io.debezium.time.NanoTimestamp" -> timestamp(TimeUnit.NANOS);
      case "io.debezium.time.Time", "org.apache.kafka.connect.data.Time" -> time(TimeUnit.MILLIS);
      case "io.debezium.time.MicroTime" -> time(TimeUnit.MICROS);
      case "io.debezium.time.NanoTime" -> time(TimeUnit.NANOS);
      case "org.apache.kafka.connect.data.Decimal" -> scale == null ? PLAIN : decimal(scale);
      case "io.debezium.data.VariableScaleDecimal" -> VARIABLE_DECIMAL;
      case "" -> isText ? TEXT : PLAIN;
      default -> isText ? TEXT : OTHER;
    };
  }
}
