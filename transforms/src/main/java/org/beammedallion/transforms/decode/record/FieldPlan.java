package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.quality.rule.TemporalFormat;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.FieldType.TemporalType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** A field of an object, or the element of an array, prepared for reading. Immutable. */
public final class FieldPlan {

  /** The index of an array's element. */
  static final int ELEMENT = -1;

  public enum Kind {
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

  public final Kind kind;
  public final int index;

  /** Bytes of its slot in a row. */
  public final int width;

  public final boolean required;
  public final int precision;
  public final int scale;

  /** What a text holds. */
  public final StringType.Content content;

  public final byte[] name;

  /**
   * The layout of the row that the field is part of; of an array's element that of the row that the
   * array is in.
   */
  public final RowLayout layout;

  private final FieldType type;
  private final String path;
  private final String typeName;
  private final boolean renamed;
  private final String physicalName;
  private final @Nullable ObjectPlan object;
  private final @Nullable FieldPlan element;
  private final @Nullable TemporalFormat format;
  private final @Nullable TimeZoneRules zone;
  private final @Nullable Metadata metadata;

  /** The name and the quote after it as words, and which bits of the words they are. */
  private final long[] nameWords;

  private final long[] nameMasks;
  private final boolean plainName;

  private FieldPlan(
      Field field,
      int index,
      String path,
      RowLayout layout,
      @Nullable ArrayLayout array,
      String sourceName) {
    this.type = field.type();
    this.index = index;
    this.path = path;
    this.layout = layout;
    this.kind = kindOf(type);
    this.width = RowLayout.Storage.of(type).width();
    this.required = field.required();
    this.metadata = field.metadata();
    this.physicalName = metadata == null ? field.physicalName() : metadata.toString();
    this.renamed = !field.name().equals(physicalName);
    this.precision = type instanceof DecimalType decimal ? decimal.precision() : widthOf(type);
    this.scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
    this.content = type instanceof StringType text ? text.content() : StringType.Content.TEXT;
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
      this.element =
          new FieldPlan(
              list.element(), ELEMENT, path + "[]", layout, nested, list.element().physicalName());
    } else {
      this.element = null;
    }
    this.name = sourceName.getBytes(StandardCharsets.UTF_8);
    this.plainName = sourceName.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\');
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

  /**
   * @param sourceName of the member, column or field that holds its value
   */
  static FieldPlan of(RowLayout layout, int index, String prefix, String sourceName) {
    Field field = layout.schema().fields().get(index);
    return new FieldPlan(field, index, prefix + field.name(), layout, null, sourceName);
  }

  /** Whether it is the element of an array. */
  public boolean isElement() {
    return index == ELEMENT;
  }

  /**
   * Whether the bytes at {@code p} are this field's name, unescaped, and a quote, all of it before
   * {@code end}.
   */
  public boolean isNamedAt(byte[] bytes, int p, int end) {
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
  public String path() {
    return path.replace("[]", "");
  }

  /** How a message names the field. */
  public String label() {
    return "Field '" + path + "'" + (renamed ? " ('" + physicalName + "' in the source)" : "");
  }

  /** How a message names the type, with an article. */
  public String typeName() {
    return typeName;
  }

  /** The field's name in the source. */
  public String physicalName() {
    return physicalName;
  }

  /** The field's type in the contract. */
  public FieldType type() {
    return type;
  }

  public boolean isRequired() {
    return required;
  }

  /** The fields of a field that is an object. */
  public ObjectPlan object() {
    return present(object);
  }

  /** The element of a field that is an array. */
  public FieldPlan element() {
    return present(element);
  }

  /** The format of a date, time or timestamp; null where it is ISO-8601. */
  public @Nullable TemporalFormat format() {
    return format;
  }

  /** What it is filled from instead of the record; null where the record has it. */
  public @Nullable Metadata metadata() {
    return metadata;
  }

  public TimeZoneRules zone() {
    return present(zone);
  }

  private <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(label() + " is " + typeName + ".");
    }
    return part;
  }

  private static Kind kindOf(FieldType type) {
    return switch (type.kind()) {
      case STRING -> Kind.STRING;
      case BOOLEAN -> Kind.BOOLEAN;
      case INT, LONG -> Kind.INTEGER;
      case FLOAT -> Kind.FLOAT;
      case DOUBLE -> Kind.DOUBLE;
      case DECIMAL -> ((DecimalType) type).fitsLong() ? Kind.DECIMAL : Kind.BIG_DECIMAL;
      case DATE -> Kind.DATE;
      case TIME -> Kind.TIME;
      case TIMESTAMP -> Kind.TIMESTAMP;
      case OBJECT -> Kind.OBJECT;
      case ARRAY -> Kind.ARRAY;
    };
  }

  private static int widthOf(FieldType type) {
    return type instanceof IntegerType integer ? integer.bits() : 0;
  }

  private static String nameOf(FieldType type) {
    return switch (type.kind()) {
      case STRING ->
          switch (((StringType) type).content()) {
            case TEXT -> "a string";
            case SCALAR -> "a string, number or boolean";
            case JSON_OBJECT -> "an object, or a text of JSON that is one";
            case JSON_ARRAY -> "an array, or a text of JSON that is one";
          };
      case BOOLEAN -> "a boolean (true or false)";
      case INT -> "an integer of 32 bits";
      case LONG -> "an integer of 64 bits";
      case FLOAT -> "a floating point number of 32 bits";
      case DOUBLE -> "a floating point number of 64 bits";
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield "a decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      }
      case DATE -> "a date (" + formatName(type, "yyyy-MM-dd") + ")";
      case TIME -> "a time (" + formatName(type, "HH:mm:ss") + ")";
      case TIMESTAMP ->
          "a timestamp (" + formatName(type, "ISO-8601, such as 2026-11-02T17:29:19Z") + ")";
      case OBJECT -> "an object";
      case ARRAY -> "an array";
    };
  }

  private static String formatName(FieldType type, String standard) {
    String format = formatOf(type);
    return format == null ? standard : "format '" + format + "'";
  }

  private static @Nullable String formatOf(FieldType type) {
    return type instanceof TemporalType temporal ? temporal.format() : null;
  }

  private static @Nullable TemporalFormat formatterOf(FieldType type, String path) {
    String format = formatOf(type);
    if (format == null) {
      return null;
    }
    try {
      return TemporalFormat.of(format);
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
}
