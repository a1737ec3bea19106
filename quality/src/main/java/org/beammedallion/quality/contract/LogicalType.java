package org.beammedallion.quality.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The logical types of the standard. */
public enum LogicalType {
  STRING,
  DATE,
  TIMESTAMP,
  TIME,
  NUMBER,
  INTEGER,
  BOOLEAN,
  OBJECT,
  ARRAY,
  MAP;

  static @Nullable LogicalType of(@Nullable String name) {
    return name == null ? null : valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As the standard writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
