package org.beammedallion.quality.rule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats of texts that are checked. */
public enum TextFormat {
  EMAIL,
  UUID,
  URI,
  HOSTNAME,
  IPV4,
  IPV6,
  DATE,
  DATE_TIME;

  /** The format that the standard calls so, or null where it is none that can be checked. */
  public static @Nullable TextFormat of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "email" -> EMAIL;
      case "uuid" -> UUID;
      case "uri", "url" -> URI;
      case "hostname" -> HOSTNAME;
      case "ipv4" -> IPV4;
      case "ipv6" -> IPV6;
      case "date" -> DATE;
      case "date-time" -> DATE_TIME;
      default -> null;
    };
  }

  /** As the standard writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
