package org.beammedallion.quality.yaml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Places of the characters of a scalar in the file, for messages about languages inside YAML.
 * Immutable.
 *
 * <p>Every style of a scalar is mapped: plain, quoted, literal and folded. YAML moves nothing but
 * white space and replaces nothing but escapes, so the other characters are the same in the same
 * order.
 */
public final class TextOrigin implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Of a text that is in no file. */
  public static final TextOrigin NONE =
      new TextOrigin("", new Location("", 0, 0), new int[0], new int[0]);

  private final String text;
  private final Location start;

  /** Line and column by the index of a character; 0 of white space. Empty where not known. */
  private final int[] lines;

  private final int[] columns;

  /** The arrays are kept. */
  TextOrigin(String text, Location start, int[] lines, int[] columns) {
    this.text = text;
    this.start = start;
    this.lines = lines;
    this.columns = columns;
  }

  /** Whether the text is in a file at all. */
  public boolean isKnown() {
    return start.line() > 0;
  }

  /** Where the scalar starts; of a block scalar that is its {@code |} or {@code >}. */
  public Location start() {
    return start;
  }

  /**
   * The place in the file of a character of the text, or of its end.
   *
   * @param line of the text, from 1
   * @param column in the line, from 1, in UTF-16 units
   * @return null where it cannot be told
   */
  public @Nullable Location find(int line, int column) {
    int index = index(line, column);
    if (lines.length == 0 || index < 0) {
      return null;
    }
    int known = Math.min(index, lines.length - 1);
    while (known > 0 && lines[known] == 0) {
      known--;
    }
    if (lines[known] == 0) {
      return null;
    }
    // White space is not mapped: its place is told from the character before it.
    boolean sameLine = text.substring(known, index).indexOf('\n') < 0;
    int behind = sameLine ? index - known : 1;
    return new Location(start.file(), lines[known], columns[known] + behind);
  }

  private int index(int line, int column) {
    int from = 0;
    for (int i = 1; i < line; i++) {
      from = text.indexOf('\n', from) + 1;
      if (from == 0) {
        return -1;
      }
    }
    int index = from + column - 1;
    return column < 1 || index > text.length() ? -1 : index;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TextOrigin that
        && text.equals(that.text)
        && start.equals(that.start)
        && Arrays.equals(lines, that.lines)
        && Arrays.equals(columns, that.columns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, start);
  }

  @Override
  public String toString() {
    return isKnown() ? start.toString() : "no file";
  }
}
