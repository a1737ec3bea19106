package org.beammedallion.quality.rule;

import java.util.Locale;

/** How much a broken rule matters. */
public enum Severity {
  /** Worth a line in the report. */
  INFO,
  /** A warning; the records are accepted. */
  WARNING,
  /** The record must not be published. */
  ERROR;

  /** The standard leaves the words open: what is not known to be milder is an error. */
  public static Severity of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "info", "information", "informational", "notice" -> INFO;
      case "warn", "warning" -> WARNING;
      default -> ERROR;
    };
  }
}
