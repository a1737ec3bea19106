package org.beammedallion.transforms.decode;

import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.Locale;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.BooleanType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** A field of an object, or the element of an array, prepared for reading. Immutable. */
final class FieldPlan {

  /** The index of an array's element. */
  static final int ELEMENT = -1;

  enum Kind {
    STRING,
    BOOLEAN,
    INTEGER,
    FLOAT,
    DOUBLE,
    DECIMAL,
    BIG_DECIMAL,
    DATE,
    TIME,
    TIMESTAMP,
    OBJECT,
    ARRAY
  }

  final Kind kind;
  final int index;

  /** Bytes of its slot in a row. */
  final int width;

  final boolean required;
  final int precision;
  final int scale;
  final byte[] name;

  /**
   * The layout of the row that the field is part of; of an array's element that of the row that the
   * array is in.
   */
  final RowLayout layout;

  private final String path;
  private final String typeName;
  private final boolean renamed;
  private final String physicalName;
  private final @Nullable ObjectPlan object;
  private final @Nullable FieldPlan element;
  private final @Nullable DateTimeFormatter format;
  private final @Nullable TimeZoneRules zone;

  /** The name and the quote after it as words, and which bits of the words they are. */
  private final long[] nameWords;

  private final long[] nameMasks;
  private final boolean plainName;

  private FieldPlan(
      Field field, int index, String path, RowLayout layout, @Nullable ArrayLayout array) {
    FieldType type = field.type();
    this.index = index;
    this.path = path;
    this.layout = layout;
    this.kind = kindOf(type);
    this.width = RowLayout.Storage.of(type).width();
    this.required = field.required();
    this.physicalName = field.physicalName();
    this.renamed = !field.name().equals(physicalName);
    this.precision = type instanceof DecimalType decimal ? decimal.precision() : widthOf(type);
    this.scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
    this.typeName = nameOf(type);
    this.format = formatterOf(type, path);
    this.zone =
        type instanceof TimestampType timestamp
            ? new TimeZoneRules(timestamp.defaultTimezone())
            : null;
    if (type instanceof ObjectType) {
      RowLayout nested = array == null ? layout.object(index) : array.object();
      this.object = new ObjectPlan(nested, path + ".");
    } else {
      this.object = null;
    }
    if (type instanceof ArrayType list) {
      ArrayLayout nested = array == null ? layout.array(index) : array.array();
      this.element = new FieldPlan(list.element(), ELEMENT, path + "[]", layout, nested);
    } else {
      this.element = null;
    }
    this.name = physicalName.getBytes(StandardCharsets.UTF_8);
    this.plainName = physicalName.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\');
    byte[] quoted = Arrays.copyOf(name, (name.length + Long.BYTES) / Long.BYTES * Long.BYTES);
    quoted[name.length] = '"';
    this.nameWords = new long[quoted.length / Long.BYTES];
    this.nameMasks = new long[nameWords.length];
    for (int i = 0; i < nameWords.length; i++) {
      int used = Math.min(Long.BYTES, name.length + 1 - i * Long.BYTES);
      nameWords[i] = Words.at(quoted, i * Long.BYTES);
      nameMasks[i] = -1L >>> (Long.SIZE - Byte.SIZE * used);
    }
  }

  static FieldPlan of(RowLayout layout, int index, String prefix) {
    Field field = layout.schema().fields().get(index);
    return new FieldPlan(field, index, prefix + field.name(), layout, null);
  }

  boolean isElement() {
    return index == ELEMENT;
  }

  /**
   * Whether the bytes at {@code p} are this field's name, unescaped, and a quote, all of it before
   * {@code end}.
   */
  boolean isNamedAt(byte[] bytes, int p, int end) {
    if (!plainName || name.length >= end - p) {
      return false;
    }
    long[] words = nameWords;
    if (words.length * Long.BYTES > bytes.length - p) {
      return bytes[p + name.length] == '"'
          && Arrays.equals(bytes, p, p + name.length, name, 0, name.length);
    }
    for (int i = 0; i < words.length; i++) {
      if ((Words.at(bytes, p + i * Long.BYTES) & nameMasks[i]) != words[i]) {
        return false;
      }
    }
    return true;
  }

  /** How the pipeline file names the field; an element as its array. */
  String path() {
    return path.replace("[]", "");
  }

  /** How a message names the field. */
  String label() {
    return "Field '" + path + "'" + (renamed ? " ('" + physicalName + "' in the source)" : "");
  }

  /** How a message names the type, with an article. */
  String typeName() {
    return typeName;
  }

  ObjectPlan object() {
    return present(object);
  }

  FieldPlan element() {
    return present(element);
  }

  /** The formatter of a date, time or timestamp; null where it is ISO-8601. */
  @Nullable DateTimeFormatter format() {
    return format;
  }

  TimeZoneRules zone() {
    return present(zone);
  }

  private <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(label() + " is " + typeName + ".");
    }
    return part;
  }

  private static Kind kindOf(FieldType type) {
    if (type instanceof StringType) {
      return Kind.STRING;
    } else if (type instanceof BooleanType) {
      return Kind.BOOLEAN;
    } else if (type instanceof IntegerType) {
      return Kind.INTEGER;
    } else if (type instanceof FloatType number) {
      return number.bits() == Float.SIZE ? Kind.FLOAT : Kind.DOUBLE;
    } else if (type instanceof DecimalType decimal) {
      return decimal.fitsLong() ? Kind.DECIMAL : Kind.BIG_DECIMAL;
    } else if (type instanceof DateType) {
      return Kind.DATE;
    } else if (type instanceof TimeType) {
      return Kind.TIME;
    } else if (type instanceof TimestampType) {
      return Kind.TIMESTAMP;
    } else if (type instanceof ObjectType) {
      return Kind.OBJECT;
    }
    return Kind.ARRAY;
  }

  private static int widthOf(FieldType type) {
    return type instanceof IntegerType integer ? integer.bits() : 0;
  }

  private static String nameOf(FieldType type) {
    if (type instanceof StringType) {
      return "a string";
    } else if (type instanceof BooleanType) {
      return "a boolean (true or false)";
    } else if (type instanceof IntegerType integer) {
      return "an integer of " + integer.bits() + " bits";
    } else if (type instanceof FloatType number) {
      return "a floating point number of " + number.bits() + " bits";
    } else if (type instanceof DecimalType decimal) {
      return "a decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    } else if (type instanceof DateType date) {
      return "a date (" + formatName(date.format(), "yyyy-MM-dd") + ")";
    } else if (type instanceof TimeType time) {
      return "a time (" + formatName(time.format(), "HH:mm:ss") + ")";
    } else if (type instanceof TimestampType timestamp) {
      return "a timestamp ("
          + formatName(timestamp.format(), "ISO-8601, such as 2026-11-02T17:29:19Z")
          + ")";
    } else if (type instanceof ObjectType) {
      return "an object";
    }
    return "an array";
  }

  private static String formatName(@Nullable String format, String standard) {
    return format == null ? standard : "format '" + format + "'";
  }

  private static @Nullable DateTimeFormatter formatterOf(FieldType type, String path) {
    String format = null;
    if (type instanceof DateType date) {
      format = date.format();
    } else if (type instanceof TimeType time) {
      format = time.format();
    } else if (type instanceof TimestampType timestamp) {
      format = timestamp.format();
    }
    if (format == null) {
      return null;
    }
    try {
      return DateTimeFormatter.ofPattern(withPlainYears(format), Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Field '"
              + path
              + "' has the format '"
              + format
              + "', which is no pattern of java.time.format"
              + ".DateTimeFormatter: "
              + e.getMessage()
              + ". Quote literal letters, such as 'T', with apostrophes.",
          e);
    }
  }

  /**
   * Year-of-era without an era is no date to a strict formatter, and a lenient one turns 31
   * February into the 28th.
   */
  private static String withPlainYears(String format) {
    StringBuilder pattern = new StringBuilder();
    boolean literal = false;
    boolean era = format.indexOf('G') >= 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      literal ^= c == '\'';
      pattern.append(c == 'y' && !literal && !era ? 'u' : c);
    }
    return pattern.toString();
  }
}
