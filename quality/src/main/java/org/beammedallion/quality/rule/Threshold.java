package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a measured value is compared with.
 *
 * @param operands two for the operators with "between", the smaller first and both inclusive, else
 *     one
 */
public record Threshold(Operator operator, List<BigDecimal> operands) implements Serializable {

  /** The comparisons of the Open Data Contract Standard. */
  public enum Operator {
    MUST_BE("mustBe", "exactly"),
    MUST_NOT_BE("mustNotBe", "not"),
    MUST_BE_GREATER_THAN("mustBeGreaterThan", "greater than"),
    MUST_BE_GREATER_OR_EQUAL_TO("mustBeGreaterOrEqualTo", "at least"),
    MUST_BE_LESS_THAN("mustBeLessThan", "less than"),
    MUST_BE_LESS_OR_EQUAL_TO("mustBeLessOrEqualTo", "at most"),
    MUST_BE_BETWEEN("mustBeBetween", "between"),
    MUST_NOT_BE_BETWEEN("mustNotBeBetween", "not between");

    private final String key;
    private final String words;

    Operator(String key, String words) {
      this.key = key;
      this.words = words;
    }

    /** As the standard writes it. */
    public String key() {
      return key;
    }

    public int operandCount() {
      return this == MUST_BE_BETWEEN || this == MUST_NOT_BE_BETWEEN ? 2 : 1;
    }
  }

  public Threshold {
    operands = List.copyOf(operands);
    if (operands.size() != operator.operandCount()) {
      throw new IllegalArgumentException(
          operator.key + " takes " + operator.operandCount() + " numbers, not " + operands + ".");
    }
  }

  public static Threshold of(Operator operator, long... operands) {
    return new Threshold(
        operator, java.util.Arrays.stream(operands).mapToObj(BigDecimal::valueOf).toList());
  }

  public boolean accepts(BigDecimal value) {
    int toFirst = value.compareTo(operands.get(0));
    return switch (operator) {
      case MUST_BE -> toFirst == 0;
      case MUST_NOT_BE -> toFirst != 0;
      case MUST_BE_GREATER_THAN -> toFirst > 0;
      case MUST_BE_GREATER_OR_EQUAL_TO -> toFirst >= 0;
      case MUST_BE_LESS_THAN -> toFirst < 0;
      case MUST_BE_LESS_OR_EQUAL_TO -> toFirst <= 0;
      case MUST_BE_BETWEEN -> toFirst >= 0 && value.compareTo(operands.get(1)) <= 0;
      case MUST_NOT_BE_BETWEEN -> toFirst < 0 || value.compareTo(operands.get(1)) > 0;
    };
  }

  /** Whether, of the counts 0, 1, 2 and so on, it accepts 0 and no other. */
  public boolean demandsZero() {
    BigDecimal first = operands.get(0);
    return switch (operator) {
      case MUST_BE, MUST_BE_LESS_OR_EQUAL_TO -> first.signum() == 0;
      case MUST_BE_BETWEEN -> first.signum() == 0 && operands.get(1).signum() == 0;
      default -> false;
    };
  }

  /** Such as "less than 10" or "between 1 and 5". */
  @Override
  public String toString() {
    String first = operands.get(0).toPlainString();
    return operator.words
        + " "
        + (operands.size() == 1 ? first : first + " and " + operands.get(1).toPlainString());
  }
}
