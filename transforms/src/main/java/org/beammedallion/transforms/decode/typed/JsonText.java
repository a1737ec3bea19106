package org.beammedallion.transforms.decode.typed;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.beammedallion.transforms.decode.record.NumberConversion;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of files with a schema as a text of JSON without any space: numbers and decimals
 * are numbers with all their digits, dates and times are ISO-8601, bytes are base64. What JSON has
 * no value for is written as a text, and {@link #isExact} is false from then on. Not thread-safe.
 */
public final class JsonText {

  private final TypedSettings settings;
  private final StringBuilder out = new StringBuilder();
  private boolean exact = true;
  private @Nullable String raw;

  public JsonText(TypedSettings settings) {
    this.settings = settings;
  }

  /**
   * Whether each value could be written as what it is: none was NaN that is not null, or a time of
   * no day.
   */
  public boolean isExact() {
    return exact;
  }

  /** Notes that something cannot be written as what it is. */
  public void noteInexact() {
    exact = false;
  }

  /** Whether nothing but null was written. */
  public boolean isNull() {
    return raw == null && out.toString().equals("null");
  }

  /** The single value that was written, a text without its quotes; null for null. */
  public @Nullable String raw() {
    return raw;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  public void beginObject() {
    out.append('{');
  }

  public void endObject() {
    out.append('}');
  }

  public void beginArray() {
    out.append('[');
  }

  public void endArray() {
    out.append(']');
  }

  /** Goes on to the next element or member, if there is one before. */
  public void next() {
    char last = out.charAt(out.length() - 1);
    if (last != '[' && last != '{') {
      out.append(',');
    }
  }

  /** Begins a member of an object. */
  public void name(String name) {
    next();
    quote(name);
    out.append(':');
  }

  /** Begins a member of an object, whose value is such a text already. */
  public void member(String name, JsonText value) {
    name(name);
    out.append(value.out);
    exact &= value.exact;
  }

  public void nothing() {
    raw = null;
    out.append("null");
  }

  public void bool(boolean value) {
    plain(Boolean.toString(value));
  }

  public void text(String value) {
    raw = value;
    quote(value);
  }

  private void plain(String value) {
    raw = value;
    out.append(value);
  }

  private void inexact(String value) {
    exact = false;
    text(value);
  }

  /** Writes a decimal. */
  public void decimal(BigInteger unscaled, int scale) {
    plain(NumberConversion.shown(unscaled, scale));
  }

  /**
   * Writes a floating point number, or null for NaN where it stands for a missing value.
   *
   * @param single whether it has 32 bits
   */
  public void floating(double value, boolean single) {
    if (Double.isNaN(value) && settings.nanIsNull()) {
      nothing();
      return;
    }
    String shown = NumberConversion.shown(value, single);
    if (Double.isFinite(value)) {
      plain(shown);
    } else {
      inexact(shown);
    }
  }

  /** Writes a whole number that means a number, the unscaled value of a decimal, or a time. */
  public void integer(long value, ColumnMeaning meaning) {
    switch (meaning.category()) {
      case UNSIGNED -> plain(Long.toUnsignedString(value));
      case DECIMAL -> decimal(BigInteger.valueOf(value), meaning.scale());
      case DATE, TIME, TIMESTAMP -> {
        try {
          text(time(value, meaning));
        } catch (DateTimeException | ArithmeticException e) {
          inexact(Long.toString(value));
        }
      }
      default -> plain(Long.toString(value));
    }
  }

  private static String time(long value, ColumnMeaning meaning) {
    Unit unit = meaning.unit();
    ChronoUnit counted =
        unit == Unit.MILLIS
            ? ChronoUnit.MILLIS
            : unit == Unit.NANOS ? ChronoUnit.NANOS : ChronoUnit.MICROS;
    switch (meaning.category()) {
      case DATE -> {
        return LocalDate.ofEpochDay(value).toString();
      }
      case TIME -> {
        long nanos = Math.multiplyExact(value, counted.getDuration().toNanos());
        return LocalTime.ofNanoOfDay(nanos).toString();
      }
      default -> {
        Instant instant = Instant.EPOCH.plus(value, counted);
        return meaning.utc()
            ? instant.toString()
            : instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
      }
    }
  }

  /** Writes bytes that mean a text in UTF-8, the unscaled value of a decimal, or themselves. */
  public void bytes(byte[] value, ColumnMeaning meaning) {
    switch (meaning.category()) {
      case TEXT -> utf8(value);
      case DECIMAL -> {
        if (value.length == 0 || value.length > NumberConversion.MAX_UNSCALED_BYTES) {
          inexact(Base64.getEncoder().encodeToString(value));
        } else {
          decimal(new BigInteger(value), meaning.scale());
        }
      }
      default -> text(Base64.getEncoder().encodeToString(value));
    }
  }

  private void utf8(byte[] value) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      text(text.toString());
    } catch (CharacterCodingException e) {
      inexact(new String(value, StandardCharsets.UTF_8));
    }
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
