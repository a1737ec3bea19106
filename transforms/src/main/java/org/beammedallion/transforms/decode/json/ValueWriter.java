package org.beammedallion.transforms.decode.json;

import java.nio.charset.StandardCharsets;
import org.beammedallion.quality.rule.EpochUnit;
import org.beammedallion.quality.rule.TemporalFormat;
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.NumberText;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Writes single values into a row or an array, which is what {@code at} is the start of, depending
 * on the field. Says why not where a value does not fit its type; then nothing is written. Not
 * thread-safe.
 */
public class ValueWriter {

  private final RowBuilder builder;
  private final FreeForm freeForm = new FreeForm();
  public final TemporalText temporal = new TemporalText();

  public ValueWriter(RowBuilder builder) {
    this.builder = builder;
  }

  /** Writes a number that was scanned from text. */
  public @Nullable Mismatch number(FieldPlan field, int at, NumberText number) {
    Mismatch mismatch;
    switch (field.kind) {
      case INTEGER -> mismatch = number.toInteger(field.precision);
      case DECIMAL -> mismatch = number.toDecimal(field.precision, field.scale);
      case DOUBLE -> mismatch = number.toDouble();
      case FLOAT -> mismatch = number.toFloat();
      case BIG_DECIMAL -> {
        mismatch = number.toBigDecimal(field.precision, field.scale);
        if (mismatch == null) {
          byte[] unscaled = number.unscaled();
          variable(field, at, unscaled, 0, unscaled.length);
        }
        return mismatch;
      }
      case TIMESTAMP -> {
        return epoch(field, at, number);
      }
      case STRING -> {
        return scalar(field, at, number.signedText());
      }
      default -> {
        return Mismatch.OTHER_TYPE;
      }
    }
    if (mismatch == null) {
      fixed(field, at, number.bits());
    }
    return mismatch;
  }

  /** A number is a point in time where the field's format says what it counts. */
  private @Nullable Mismatch epoch(FieldPlan field, int at, NumberText number) {
    TemporalFormat format = field.format();
    EpochUnit unit = format == null ? null : format.epoch();
    if (unit == null) {
      return Mismatch.OTHER_TYPE;
    }
    boolean read =
        number.toInteger(Long.SIZE) == null
            ? temporal.epoch(number.bits(), unit)
            : temporal.epoch(number.signedText(), unit);
    if (!read) {
      return Mismatch.OUT_OF_RANGE;
    }
    fixed(field, at, temporal.value());
    return null;
  }

  /** Writes what a text in UTF-8 says: itself, or a date or time. */
  public @Nullable Mismatch text(FieldPlan field, int at, byte[] text, int from, int to) {
    boolean read;
    TemporalFormat format = field.format();
    switch (field.kind) {
      case STRING -> {
        if (field.content.isJson() && !freeForm.holds(field.content, text, from, to)) {
          return Mismatch.OTHER_TYPE;
        }
        variable(field, at, text, from, to - from);
        return null;
      }
      case TIMESTAMP ->
          read =
              format == null
                  ? temporal.timestamp(text, from, to, field.zone())
                  : temporal.timestamp(text, from, to, format, field.zone().zone());
      case DATE ->
          read =
              format == null
                  ? temporal.date(text, from, to)
                  : temporal.date(text, from, to, format);
      case TIME ->
          read =
              format == null
                  ? temporal.time(text, from, to)
                  : temporal.time(text, from, to, format);
      default -> read = false;
    }
    if (!read) {
      return Mismatch.OTHER_TYPE;
    }
    fixed(field, at, temporal.value());
    return null;
  }

  /** A number or boolean is a text only where the contract says so. */
  private @Nullable Mismatch scalar(FieldPlan field, int at, String written) {
    if (field.content != Content.SCALAR) {
      return Mismatch.OTHER_TYPE;
    }
    byte[] text = written.getBytes(StandardCharsets.UTF_8);
    variable(field, at, text, 0, text.length);
    return null;
  }

  public @Nullable Mismatch bool(FieldPlan field, int at, boolean value) {
    if (field.kind == FieldPlan.Kind.STRING) {
      return scalar(field, at, Boolean.toString(value));
    } else if (field.kind != FieldPlan.Kind.BOOLEAN) {
      return Mismatch.OTHER_TYPE;
    }
    fixed(field, at, value ? 1 : 0);
    return null;
  }

  /**
   * Looks at an object or array that starts at {@code from} and ends before {@code limit}, before
   * it is read into a field of any type.
   */
  protected void beforeStructure(FieldPlan field, byte[] text, int from, int limit) {}

  /**
   * Writes an object or array where the field is neither; where it is, this is not asked. A field
   * that the contract says nothing of the content of takes it as it stands.
   *
   * @param text is valid JSON
   */
  public @Nullable Mismatch structure(FieldPlan field, int at, byte[] text, int from, int to) {
    if (!field.content.isJson() || text[from] != FreeForm.opening(field.content)) {
      return Mismatch.OTHER_TYPE;
    }
    variable(field, at, text, from, to - from);
    return null;
  }

  public final void fixed(FieldPlan field, int at, long bits) {
    if (field.isElement()) {
      builder.beginFixedElement(at);
      switch (field.width) {
        case 1 -> builder.appendByte((int) bits);
        case 4 -> builder.appendInt((int) bits);
        default -> builder.appendLong(bits);
      }
    } else {
      switch (field.width) {
        case 1 -> builder.setBoolean(field.layout, at, field.index, bits != 0);
        case 4 -> builder.setInt(field.layout, at, field.index, (int) bits);
        default -> builder.setLong(field.layout, at, field.index, bits);
      }
    }
  }

  public final void variable(FieldPlan field, int at, byte[] bytes, int offset, int length) {
    if (field.isElement()) {
      int start = builder.beginVariableElement(at);
      builder.append(bytes, offset, length);
      builder.endVariableElement(start);
    } else {
      builder.setBytes(field.layout, at, field.index, bytes, offset, length);
    }
  }
}
