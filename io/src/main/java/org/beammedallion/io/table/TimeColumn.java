package org.beammedallion.io.table;

import java.io.Serializable;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.jspecify.annotations.Nullable;

/**
 * A column that tells when a row happened: a timestamp, or a date, which stands for its midnight in
 * UTC. Statistics hold the former in microseconds and the latter in days.
 *
 * @param name of the column
 * @param unitMicros what one of its values counts: 1, or the microseconds of a day
 */
public record TimeColumn(String name, long unitMicros) {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  public static TimeColumn of(Field field) {
    return new TimeColumn(field.name(), field.type() instanceof DateType ? MICROS_PER_DAY : 1);
  }

  /** The time of a value of the column's statistics in microseconds; null where there is none. */
  public @Nullable Long micros(@Nullable Serializable bound) {
    return bound instanceof Long value ? Long.valueOf(value * unitMicros) : null;
  }

  /**
   * Whether a file may hold a row that happened between the two, both inclusive.
   *
   * @param from in microseconds; null is open
   * @param to in microseconds; null is open
   */
  public boolean mayBeIn(DataFile file, @Nullable Long from, @Nullable Long to) {
    return file.mayHold(name, value(from), value(to));
  }

  private @Nullable Long value(@Nullable Long micros) {
    return micros == null ? null : Long.valueOf(Math.floorDiv(micros, unitMicros));
  }
}
