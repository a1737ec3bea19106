package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one partition column comes from a field: {@code country}, or {@code day(ordered_at)}, which
 * makes a column {@code ordered_at_day}.
 *
 * @param source a top-level field
 */
public record PartitionField(String source, Transform transform) implements Serializable {

  /** What is done to the field's value. Times are taken in UTC. */
  public enum Transform {
    /** The value itself: strings, integers, booleans and dates. */
    IDENTITY,
    /** A whole number: 2026. */
    YEAR,
    /** A text: 2026-11. */
    MONTH,
    /** A date: 2026-11-01. */
    DAY,
    /** A text: 2026-11-01-09. */
    HOUR
  }

  private static final Pattern CALL = Pattern.compile("\\s*([A-Za-z]+)\\s*\\(\\s*(.+?)\\s*\\)\\s*");

  /**
   * Reads {@code field} or {@code transform(field)}.
   *
   * @throws IllegalArgumentException where the transform is unknown
   */
  public static PartitionField parse(String text) {
    Matcher matcher = CALL.matcher(text);
    if (!matcher.matches()) {
      return new PartitionField(text.strip(), Transform.IDENTITY);
    }
    for (Transform transform : Transform.values()) {
      if (transform != Transform.IDENTITY && transform.name().equalsIgnoreCase(matcher.group(1))) {
        return new PartitionField(matcher.group(2), transform);
      }
    }
    throw new IllegalArgumentException(
        "Cannot partition by '"
            + text
            + "': '"
            + matcher.group(1)
            + "' is unknown. Write year(field), month(field), day(field), hour(field), or the field alone.");
  }

  /** The name of the partition column. */
  public String column() {
    return transform == Transform.IDENTITY
        ? source
        : source + "_" + transform.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The partition column, given the field it comes from.
   *
   * @throws IllegalArgumentException where the field's type cannot be partitioned like this
   */
  public Field columnOf(Field field) {
    FieldType type = field.type();
    boolean isTime = type instanceof FieldType.TimestampType;
    boolean isDate = type instanceof FieldType.DateType;
    boolean fits =
        switch (transform) {
          case IDENTITY ->
              isDate
                  || type instanceof FieldType.StringType
                  || type instanceof FieldType.IntegerType
                  || type instanceof FieldType.BooleanType;
          case HOUR -> isTime;
          case YEAR, MONTH, DAY -> isTime || isDate;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "Cannot partition by "
              + this
              + ": field '"
              + source
              + "' is of type "
              + type
              + (transform == Transform.IDENTITY
                  ? ". A field alone must be a string, an integer, a boolean or a date; of a timestamp take year, month, day or hour."
                  : ". It must be a timestamp"
                      + (transform == Transform.HOUR ? "." : " or a date.")));
    }
    return switch (transform) {
      case IDENTITY -> field;
      case YEAR -> new Field(column(), column(), FieldType.INT, field.required());
      case DAY -> new Field(column(), column(), FieldType.DATE, field.required());
      case MONTH, HOUR -> new Field(column(), column(), FieldType.STRING, field.required());
    };
  }

  @Override
  public String toString() {
    return transform == Transform.IDENTITY
        ? source
        : transform.name().toLowerCase(Locale.ROOT) + "(" + source + ")";
  }
}
