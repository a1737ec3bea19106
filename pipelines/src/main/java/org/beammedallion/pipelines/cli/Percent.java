package org.beammedallion.pipelines.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Numbers with as few decimal places as tell the truth. */
final class Percent {

  private static final int DECIMALS = 1;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final BigDecimal LEAST = new BigDecimal("0.1");
  private static final BigDecimal MOST = new BigDecimal("99.9");

  private Percent() {}

  /** A part of a whole, such as {@code 0.7 %}: neither none nor all where it is not. */
  static String ofWhole(long part, long whole) {
    if (whole == 0 || part == 0) {
      return "0 %";
    }
    BigDecimal share =
        HUNDRED
            .multiply(BigDecimal.valueOf(part))
            .divide(BigDecimal.valueOf(whole), 16, RoundingMode.HALF_UP);
    BigDecimal rounded = share.setScale(DECIMALS, RoundingMode.HALF_UP);
    if (rounded.signum() == 0) {
      return "< " + LEAST + " %";
    } else if (part < whole && rounded.compareTo(MOST) > 0) {
      return "> " + MOST + " %";
    }
    return (part == whole ? "100" : rounded.toPlainString()) + " %";
  }

  /**
   * A figure, rounded to one decimal place, or to more where it would stand otherwise to one of the
   * limits then, or look like nothing.
   */
  static String figure(BigDecimal value, List<BigDecimal> limits) {
    for (int decimals = DECIMALS; decimals < value.scale(); decimals++) {
      BigDecimal rounded = value.setScale(decimals, RoundingMode.HALF_UP);
      if (rounded.signum() == value.signum()
          && limits.stream()
              .allMatch(limit -> rounded.compareTo(limit) == value.compareTo(limit))) {
        return rounded.toPlainString();
      }
    }
    return value.toPlainString();
  }
}
