package org.beammedallion.transforms.row;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.joda.time.ReadableInstant;
import org.jspecify.annotations.Nullable;

/**
 * Encodes Beam {@link Row}s as rows of a contract's schema. Fields are found by name; fields that
 * the contract does not have are left out. A view of {@link RowViews} that comes back untouched is
 * copied byte by byte. Not thread-safe.
 */
public final class RowEncoder {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_MILLI = 1_000;

  /** 9999-12-31T23:59:59Z. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int ABSENT = -1;

  private final RowLayout layout;
  private final ValueEncoder[] encoders;

  /** Where the fields stand in rows of the schema that came last. */
  private @Nullable Schema lastSchema;

  private int[] indexes = {};

  private RowEncoder(RowLayout layout) {
    this.layout = layout;
    this.encoders = new ValueEncoder[layout.fieldCount()];
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < encoders.length; i++) {
      Field field = fields.get(i);
      encoders[i] =
          new ValueEncoder(
              field.name(),
              field.type(),
              field.type() instanceof ObjectType ? new RowEncoder(layout.object(i)) : null,
              field.type() instanceof ArrayType
                  ? new ArrayEncoder(field.name(), layout.array(i))
                  : null);
    }
  }

  public static RowEncoder of(RecordSchema schema) {
    return new RowEncoder(RowLayout.of(schema));
  }

  /**
   * Appends a row.
   *
   * @throws IllegalArgumentException where a required field has no value, or a value does not fit
   *     the contract's type
   */
  public void encode(Row row, RowBuilder builder) {
    EncodedRow encoded = RowViews.encoded(row, layout);
    if (encoded != null) {
      builder.append(encoded.bytes, encoded.start, encoded.length);
      return;
    }
    int[] sources = indexesIn(row.getSchema());
    int start = builder.beginRow(layout);
    for (int i = 0; i < encoders.length; i++) {
      Object value = sources[i] == ABSENT ? null : row.getValue(sources[i]);
      if (value != null) {
        encodeField(start, i, value, builder);
      } else if (layout.schema().fields().get(i).required()) {
        throw new IllegalArgumentException(
            "The row has no value for the field '"
                + layout.schema().fields().get(i).name()
                + "', which the contract requires: have the transform set it.");
      }
    }
  }

  private void encodeField(int row, int field, Object value, RowBuilder builder) {
    ValueEncoder encoder = encoders[field];
    if (layout.storage(field).isVariable()) {
      int start = builder.length();
      encoder.appendVariable(value, builder);
      builder.endVariable(layout, row, field, start);
      return;
    }
    long bits = encoder.bits(value);
    switch (layout.storage(field).width()) {
      case 1 -> builder.setBoolean(layout, row, field, bits != 0);
      case 4 -> builder.setInt(layout, row, field, (int) bits);
      default -> builder.setLong(layout, row, field, bits);
    }
  }

  private int[] indexesIn(Schema schema) {
    if (!schema.equals(lastSchema)) {
      int[] found = new int[encoders.length];
      for (int i = 0; i < found.length; i++) {
        String name = layout.schema().fields().get(i).name();
        found[i] = schema.hasField(name) ? schema.indexOf(name) : ABSENT;
      }
      indexes = found;
      lastSchema = schema;
    }
    return indexes;
  }

  private static final class ArrayEncoder {

    private final ArrayLayout layout;
    private final ValueEncoder elements;

    ArrayEncoder(String name, ArrayLayout layout) {
      this.layout = layout;
      FieldType type = layout.element().type();
      String elementName = name + "[]";
      this.elements =
          new ValueEncoder(
              elementName,
              type,
              type instanceof ObjectType ? new RowEncoder(layout.object()) : null,
              type instanceof ArrayType ? new ArrayEncoder(elementName, layout.array()) : null);
    }

    void append(Collection<?> values, RowBuilder builder) {
      int array = builder.beginArray();
      for (Object value : values) {
        if (value == null) {
          if (layout.element().required()) {
            throw new IllegalArgumentException(
                "An element of '" + elements.name + "' is null, which the contract forbids.");
          }
          builder.appendNullElement(array);
        } else if (layout.storage().isVariable()) {
          int start = builder.beginVariableElement(array);
          elements.appendVariable(value, builder);
          builder.endVariableElement(start);
        } else {
          appendFixed(elements.bits(value), array, builder);
        }
      }
    }

    private void appendFixed(long bits, int array, RowBuilder builder) {
      builder.beginFixedElement(array);
      switch (layout.storage().width()) {
        case 1 -> builder.appendByte((int) bits);
        case 4 -> builder.appendInt((int) bits);
        default -> builder.appendLong(bits);
      }
    }
  }

  private record ValueEncoder(
      String name, FieldType type, @Nullable RowEncoder object, @Nullable ArrayEncoder array) {

    /** The bytes of a fixed slot, as the lower bytes of a long. */
    long bits(Object value) {
      return switch (type.kind()) {
        case BOOLEAN -> as(Boolean.class, value) ? 1 : 0;
        case INT -> {
          long whole = whole(value);
          if (whole != (int) whole) {
            throw misfit(value);
          }
          yield whole;
        }
        case LONG -> whole(value);
        case FLOAT -> floatBits(floating(value));
        case DOUBLE -> Double.doubleToLongBits(floating(value));
        case DECIMAL -> unscaled(as(BigDecimal.class, value)).unscaledValue().longValue();
        case DATE -> as(LocalDate.class, value).toEpochDay();
        case TIME -> as(LocalTime.class, value).toNanoOfDay() / NANOS_PER_MICRO;
        case TIMESTAMP -> timestamp(value);
        case STRING, OBJECT, ARRAY -> throw misfit(value);
      };
    }

    private <T> T as(Class<T> wanted, Object value) {
      if (!wanted.isInstance(value)) {
        throw misfit(value);
      }
      return wanted.cast(value);
    }

    private long whole(Object value) {
      if (value instanceof Long
          || value instanceof Integer
          || value instanceof Short
          || value instanceof Byte) {
        return ((Number) value).longValue();
      }
      throw misfit(value);
    }

    private double floating(Object value) {
      if (value instanceof Double || value instanceof Float) {
        return ((Number) value).doubleValue();
      }
      throw misfit(value);
    }

    private long timestamp(Object value) {
      if (value instanceof Instant instant && Math.abs(instant.getEpochSecond()) <= LAST_SECOND) {
        return instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / NANOS_PER_MICRO;
      } else if (value instanceof ReadableInstant instant
          && Math.abs(instant.getMillis() / 1_000) <= LAST_SECOND) {
        return instant.getMillis() * MICROS_PER_MILLI;
      }
      throw misfit(value);
    }

    private long floatBits(double value) {
      float number = (float) value;
      if (Float.isInfinite(number) && !Double.isInfinite(value)) {
        throw misfit(value);
      }
      return Float.floatToIntBits(number);
    }

    void appendVariable(Object value, RowBuilder builder) {
      if (type instanceof FieldType.StringType && value instanceof CharSequence text) {
        append(text.toString().getBytes(StandardCharsets.UTF_8), builder);
      } else if (type instanceof DecimalType && value instanceof BigDecimal decimal) {
        append(unscaled(decimal).unscaledValue().toByteArray(), builder);
      } else if (object != null && value instanceof Row row) {
        object.encode(row, builder);
      } else if (array != null && value instanceof Collection<?> collection) {
        array.append(collection, builder);
      } else {
        throw misfit(value);
      }
    }

    private static void append(byte[] bytes, RowBuilder builder) {
      builder.append(bytes, 0, bytes.length);
    }

    private BigDecimal unscaled(BigDecimal value) {
      DecimalType decimal = (DecimalType) type;
      // The exponent is looked at first: to rescale 1e999999999 would fill the memory.
      BigDecimal stripped = value.stripTrailingZeros();
      if (stripped.scale() > decimal.scale()
          || stripped.precision() - (long) stripped.scale()
              > decimal.precision() - decimal.scale()) {
        if (stripped.signum() != 0) {
          throw misfit(value);
        }
      }
      return stripped.setScale(decimal.scale());
    }

    private IllegalArgumentException misfit(Object value) {
      String shown = String.valueOf(value);
      return new IllegalArgumentException(
          "The field '"
              + name
              + "' of a row holds "
              + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown)
              + " ("
              + value.getClass().getSimpleName()
              + "), which does not fit the contract's "
              + type
              + ": have the transform return a value of that type.");
    }
  }
}
