package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a value must be like. Except for {@link NotNull} and {@link NotMissing}, null passes every
 * check: that a value must be there is a statement of its own.
 */
public sealed interface Check extends Serializable {

  record NotNull() implements Check {}

  /**
   * The value is none of those that stand for a missing one.
   *
   * @param values as {@link Literals} reads them
   * @param nullIsMissing whether null is one of them
   */
  record NotMissing(List<String> values, boolean nullIsMissing) implements Check {
    public NotMissing {
      values = List.copyOf(values);
    }
  }

  /**
   * The value is one of a list.
   *
   * @param values as {@link Literals} reads them
   */
  record OneOf(List<String> values) implements Check {
    public OneOf {
      values = List.copyOf(values);
    }
  }

  /**
   * A number, date, time or timestamp lies on the right side of a limit.
   *
   * @param limit as {@link Literals} reads it
   */
  record Bound(Comparison comparison, String limit) implements Check {}

  /** How a value must stand to a limit. */
  enum Comparison {
    AT_LEAST("at least"),
    GREATER_THAN("greater than"),
    AT_MOST("at most"),
    LESS_THAN("less than");

    private final String words;

    Comparison(String words) {
      this.words = words;
    }

    /** For a sentence: "must be {words} {limit}". */
    public String words() {
      return words;
    }
  }

  /** A number is a whole multiple of another, which is greater than zero. */
  record MultipleOf(BigDecimal divisor) implements Check {}

  /**
   * The number of Unicode code points of a text.
   *
   * @param minimum 0 where there is none
   * @param maximum {@link Integer#MAX_VALUE} where there is none
   */
  record Length(int minimum, int maximum) implements Check {}

  /**
   * Somewhere in the text there is a match; the pattern's own anchors make it the whole text.
   *
   * @param regex a regular expression of ECMA-262, as the contract gives it
   */
  record Matches(String regex) implements Check {}

  record HasFormat(TextFormat format) implements Check {}

  /**
   * The number of elements of an array.
   *
   * @param minimum 0 where there is none
   * @param maximum {@link Integer#MAX_VALUE} where there is none
   */
  record ItemCount(int minimum, int maximum) implements Check {}

  /** No two elements of an array are equal. */
  record UniqueItems() implements Check {}

  /**
   * The number of an object's properties that are not null.
   *
   * @param minimum 0 where there is none
   * @param maximum {@link Integer#MAX_VALUE} where there is none
   */
  record PropertyCount(int minimum, int maximum) implements Check {}

  record AllOf(List<Check> checks) implements Check {
    public AllOf {
      checks = List.copyOf(checks);
    }
  }
}
