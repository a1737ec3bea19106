package org.beammedallion.quality.rule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The six dimensions of data quality. */
public enum Dimension {
  COMPLETENESS,
  ACCURACY,
  CONSISTENCY,
  TIMELINESS,
  UNIQUENESS,
  VALIDITY;

  /**
   * The dimension that the Open Data Contract Standard calls so, by name or by its two-letter
   * synonym, or null. The standard has seven: its conformity is validity here, and its coverage
   * completeness.
   */
  public static @Nullable Dimension of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "completeness", "cp", "coverage", "cv" -> COMPLETENESS;
      case "accuracy", "ac" -> ACCURACY;
      case "consistency", "cs" -> CONSISTENCY;
      case "timeliness", "tm" -> TIMELINESS;
      case "uniqueness", "uq" -> UNIQUENESS;
      case "validity", "conformity", "cf" -> VALIDITY;
      default -> null;
    };
  }
}
