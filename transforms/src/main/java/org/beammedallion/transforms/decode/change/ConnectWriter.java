package org.beammedallion.transforms.decode.change;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.beammedallion.transforms.decode.change.ConnectType.Category;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Encoding;
import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.decode.json.FreeFormValues;
import org.beammedallion.transforms.decode.json.JsonMembers;
import org.beammedallion.transforms.decode.json.JsonScanner;
import org.beammedallion.transforms.decode.json.ValueWriter;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.NumberConversion;
import org.beammedallion.transforms.decode.record.NumberText;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as Kafka Connect's converters give them: times as numbers, decimals as bytes. What
 * the schema of a record does not tell, the {@link DebeziumFormat} does. Not thread-safe.
 */
public final class ConnectWriter extends ValueWriter {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** A number with a greater scale is none that a column of a database has. */
  private static final long MOST_DIGITS = 1000;

  private final DebeziumFormat format;
  private final @Nullable Placeholder placeholder;
  private final Faults faults;
  private final NumberText numberText = new NumberText();
  private final NumberConversion numbers = new NumberConversion();
  private final FreeFormValues freeForm = new FreeFormValues();
  private final JsonScanner scanner = new JsonScanner(4);
  private final JsonMembers decimalMembers = new JsonMembers("scale", "value");
  private final ObjectPlan plan;
  private final Map<FieldPlan, Encoding> encodings = new HashMap<>();
  private Map<FieldPlan, ConnectType> types = Map.of();

  /**
   * @param plan of the records whose fields' types {@link #types} sets
   * @param placeholder of large values that were not sent, or null where there is none
   */
  public ConnectWriter(
      RowBuilder builder,
      DebeziumFormat format,
      Faults faults,
      ObjectPlan plan,
      @Nullable Placeholder placeholder) {
    super(builder);
    this.format = format;
    this.faults = faults;
    this.plan = plan;
    this.placeholder = placeholder;
    plan.forEachField(
        field -> {
          Encoding encoding = format.fields().get(field.path());
          if (encoding != null) {
            encodings.put(field, encoding);
          }
        });
  }

  /** Types of fields, as one schema tells them, for {@link #types(Map)}. */
  Map<FieldPlan, ConnectType> typesOf(Map<String, ConnectField> columns) {
    Map<FieldPlan, ConnectType> found = new HashMap<>();
    collect(plan, columns, found);
    return found;
  }

  private static void collect(
      ObjectPlan object, Map<String, ConnectField> columns, Map<FieldPlan, ConnectType> into) {
    for (FieldPlan field : object.fields) {
      ConnectField column = columns.get(new String(field.name, StandardCharsets.UTF_8));
      if (column != null) {
        collect(field, column, into);
      }
    }
  }

  private static void collect(
      FieldPlan field, ConnectField column, Map<FieldPlan, ConnectType> into) {
    into.put(field, column.type());
    ConnectField items = column.items();
    if (field.kind == FieldPlan.Kind.OBJECT) {
      collect(field.object(), column.fields(), into);
    } else if (field.kind == FieldPlan.Kind.ARRAY && items != null) {
      collect(field.element(), items, into);
    }
  }

  /** Sets the types of the fields of the next record; none where it has no schema. */
  void types(Map<FieldPlan, ConnectType> byField) {
    types = byField;
  }

  private @Nullable ConnectType typeOf(FieldPlan field) {
    return types.get(field);
  }

  private @Nullable TimeUnit unitOf(FieldPlan field) {
    Encoding encoding = encodings.get(field);
    return encoding == null ? format.timeUnit() : encoding.unit();
  }

  private @Nullable Decimals decimalsOf(FieldPlan field) {
    Encoding encoding = encodings.get(field);
    return encoding == null ? format.decimals() : encoding.decimals();
  }

  @Override
  public @Nullable Mismatch number(FieldPlan field, int at, NumberText number) {
    switch (field.kind) {
      case DATE, TIME, TIMESTAMP, BOOLEAN -> {
        Mismatch mismatch = number.toInteger(Long.SIZE);
        return mismatch != null ? mismatch : integer(field, at, number.bits(), typeOf(field));
      }
      default -> {
        return super.number(field, at, number);
      }
    }
  }

  /**
   * Writes a whole number into a field that is a date, time, timestamp or boolean.
   *
   * @param type of the value, or null where it is not known
   */
  public @Nullable Mismatch integer(
      FieldPlan field, int at, long value, @Nullable ConnectType type) {
    ConnectType known = type == null ? ConnectType.PLAIN : type;
    boolean plain = known.category() == Category.PLAIN;
    try {
      return switch (field.kind) {
        case BOOLEAN ->
            value == 0 || value == 1 ? bool(field, at, value == 1) : Mismatch.OTHER_TYPE;
        case DATE ->
            plain || known.category() == Category.DATE
                ? date(field, at, value, plain)
                : Mismatch.OTHER_TYPE;
        case TIME ->
            plain || known.category() == Category.TIME
                ? time(field, at, value, plain ? unitOf(field) : known.unit())
                : Mismatch.OTHER_TYPE;
        case TIMESTAMP ->
            plain || known.category() == Category.TIMESTAMP
                ? time(field, at, value, plain ? unitOf(field) : known.unit())
                : Mismatch.OTHER_TYPE;
        default -> Mismatch.OTHER_TYPE;
      };
    } catch (ArithmeticException e) {
      return Mismatch.OUT_OF_RANGE;
    }
  }

  /** Connectors write days, whatever they write times in; the pipeline file may say otherwise. */
  private @Nullable Mismatch date(FieldPlan field, int at, long value, boolean plain) {
    Encoding encoding = plain ? encodings.get(field) : null;
    TimeUnit unit = encoding == null ? null : encoding.unit();
    if (unit == null) {
      return inRange(field, at, value, TemporalText.isDay(value));
    }
    long micros = unit.toMicros(value);
    long day = Math.floorDiv(micros, MICROS_PER_DAY);
    return Math.floorMod(micros, MICROS_PER_DAY) == 0
        ? inRange(field, at, day, TemporalText.isDay(day))
        : Mismatch.OTHER_TYPE;
  }

  private @Nullable Mismatch time(FieldPlan field, int at, long value, @Nullable TimeUnit unit) {
    if (unit == null) {
      faults.unsupported(Untold.timeUnit(field, value));
      return null;
    }
    long micros = unit.toMicros(value);
    return field.kind == FieldPlan.Kind.TIME
        ? inRange(field, at, micros, micros >= 0 && micros < MICROS_PER_DAY)
        : inRange(field, at, micros, TemporalText.isDay(Math.floorDiv(micros, MICROS_PER_DAY)));
  }

  private @Nullable Mismatch inRange(FieldPlan field, int at, long value, boolean fits) {
    if (!fits) {
      return Mismatch.OUT_OF_RANGE;
    }
    fixed(field, at, value);
    return null;
  }

  @Override
  public @Nullable Mismatch text(FieldPlan field, int at, byte[] text, int from, int to) {
    if (placeholder != null && placeholder.isText(text, from, to)) {
      faults.unsupported(Untold.value(field));
      return null;
    }
    boolean read;
    switch (field.kind) {
      case DECIMAL, BIG_DECIMAL -> {
        return decimalText(field, at, text, from, to);
      }
      case TIMESTAMP -> read = temporal.timestamp(text, from, to, field.zone());
      // Dates and times with a zone are always in UTC.
      case DATE -> read = temporal.date(text, from, withoutZone(text, from, to));
      case TIME -> read = temporal.time(text, from, withoutZone(text, from, to));
      default -> {
        ConnectType type = typeOf(field);
        return type == null || type.category() != Category.DECIMAL
            ? super.text(field, at, text, from, to)
            : decimal(field, at, base64(text, from, to), type.scale());
      }
    }
    if (!read) {
      return Mismatch.OTHER_TYPE;
    }
    fixed(field, at, temporal.value());
    return null;
  }

  private static int withoutZone(byte[] text, int from, int to) {
    return to > from && text[to - 1] == 'Z' ? to - 1 : to;
  }

  private @Nullable Mismatch decimalText(FieldPlan field, int at, byte[] text, int from, int to) {
    ConnectType type = typeOf(field);
    Category category = type == null ? Category.PLAIN : type.category();
    Decimals decimals =
        switch (category) {
          case TEXT -> Decimals.TEXT;
          case DECIMAL -> Decimals.BYTES;
          case PLAIN -> decimalsOf(field);
          default -> null;
        };
    if (type == null && decimals == null) {
      return untoldDecimal(field, at, text, from, to);
    } else if (category == Category.PLAIN && decimals == null) {
      faults.unsupported(Untold.decimals(field, Excerpt.of(text, from, to)));
      return null;
    } else if (decimals == Decimals.TEXT) {
      return isNumber(text, from, to) ? super.number(field, at, numberText) : Mismatch.OTHER_TYPE;
    }
    byte[] unscaled = decimals == null ? null : base64(text, from, to);
    return decimal(
        field,
        at,
        unscaled,
        type == null || category == Category.PLAIN ? field.scale : type.scale());
  }

  /**
   * Reads a text by the one form that it can have: 12.50 is not base64, and AQ== is not a number.
   * What can be both, such as 1500, or be a word, such as null, makes the change an unsupported
   * one.
   */
  private @Nullable Mismatch untoldDecimal(FieldPlan field, int at, byte[] text, int from, int to) {
    byte[] unscaled = base64(text, from, to);
    boolean isNumber = isNumber(text, from, to);
    if (unscaled == null || unscaled.length == 0) {
      return isNumber ? super.number(field, at, numberText) : Mismatch.OTHER_TYPE;
    } else if (text[to - 1] == '=') {
      return decimal(field, at, unscaled, field.scale);
    }
    faults.unsupported(Untold.decimals(field, Excerpt.of(text, from, to)));
    return null;
  }

  private boolean isNumber(byte[] text, int from, int to) {
    return from < to && numberText.scan(text, from, to) == to;
  }

  /**
   * Bytes as Connect's converter writes them: always padded, and with no bit that is not theirs.
   */
  private static byte @Nullable [] base64(byte[] text, int from, int to) {
    byte[] given = Arrays.copyOfRange(text, from, to);
    try {
      byte[] bytes = Base64.getDecoder().decode(given);
      return Arrays.equals(Base64.getEncoder().encode(bytes), given) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Writes a decimal that is given by its unscaled value, big-endian two's complement. A field of
   * another type gets it as the number or the text that it is.
   *
   * @param unscaled null where the value is no decimal
   */
  @Nullable Mismatch decimal(FieldPlan field, int at, byte @Nullable [] unscaled, int scale) {
    if (unscaled == null || unscaled.length == 0) {
      return Mismatch.OTHER_TYPE;
    } else if (isUnavailable(field, unscaled)) {
      return null;
    } else if (unscaled.length > NumberConversion.MAX_UNSCALED_BYTES
        || Math.abs((long) scale) > MOST_DIGITS) {
      return Mismatch.OUT_OF_RANGE;
    }
    BigInteger value = new BigInteger(unscaled);
    return switch (field.kind) {
      case DECIMAL -> {
        Mismatch mismatch = numbers.decimal(field, value, scale);
        if (mismatch == null) {
          fixed(field, at, numbers.bits());
        }
        yield mismatch;
      }
      case BIG_DECIMAL -> {
        Mismatch mismatch = numbers.decimal(field, value, scale);
        if (mismatch == null) {
          variable(field, at, numbers.bytes(), 0, numbers.bytes().length);
        }
        yield mismatch;
      }
      case STRING, INTEGER, FLOAT, DOUBLE -> {
        byte[] digits =
            new BigDecimal(value, scale).toPlainString().getBytes(StandardCharsets.US_ASCII);
        if (field.kind == FieldPlan.Kind.STRING) {
          yield super.text(field, at, digits, 0, digits.length);
        }
        yield isNumber(digits, 0, digits.length)
            ? super.number(field, at, numberText)
            : Mismatch.OTHER_TYPE;
      }
      default -> Mismatch.OTHER_TYPE;
    };
  }

  /** Notes that bytes stand for a value that was not sent. */
  public boolean isUnavailable(FieldPlan field, byte[] bytes) {
    boolean unavailable = placeholder != null && placeholder.isBytes(bytes);
    if (unavailable) {
      faults.unsupported(Untold.value(field));
    }
    return unavailable;
  }

  /** Notes that a value of Avro, whatever it is, holds one that was not sent. */
  public boolean holdsUnavailable(FieldPlan field, Object value) {
    boolean unavailable = placeholder != null && placeholder.isWithin(value);
    if (unavailable) {
      faults.unsupported(Untold.value(field));
    }
    return unavailable;
  }

  /** Notes that a list or map of Avro stands for a value that was not sent. */
  public boolean isUnavailable(FieldPlan field, Object value) {
    boolean unavailable = placeholder != null && placeholder.isCollection(value);
    if (unavailable) {
      faults.unsupported(Untold.value(field));
    }
    return unavailable;
  }

  @Override
  protected void beforeStructure(FieldPlan field, byte[] text, int from, int limit) {
    if (placeholder != null && placeholder.isStructure(text, from, limit)) {
      faults.unsupported(Untold.value(field));
    }
  }

  /** A decimal with a scale of its own: {@code {"scale": 2, "value": "BN4="}}. */
  @Override
  public @Nullable Mismatch structure(FieldPlan field, int at, byte[] text, int from, int to) {
    if (field.kind == FieldPlan.Kind.STRING) {
      if (placeholder != null && freeForm.hold(text, from, to, placeholder)) {
        faults.unsupported(Untold.value(field));
        return null;
      }
      return super.structure(field, at, text, from, to);
    } else if (text[from] != '{') {
      return Mismatch.OTHER_TYPE;
    }
    try {
      scanner.reset(text, from, to);
      decimalMembers.scan(scanner, text, from, 1);
      Long scale = decimalMembers.integer(0, scanner);
      if (scale == null || scale != scale.intValue() || !decimalMembers.isPlainText(1)) {
        return Mismatch.OTHER_TYPE;
      }
      byte[] unscaled = base64(text, decimalMembers.textFrom(1), decimalMembers.textTo(1));
      return decimal(field, at, unscaled, scale.intValue());
    } catch (MalformedRecord e) {
      return Mismatch.OTHER_TYPE;
    }
  }
}
