package org.beammedallion.quality.contract;

import java.text.DateFormatSymbols;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the names of time zones can mean: ids such as Europe/Berlin, English abbreviations such as
 * EST, and English names such as Eastern Time. An abbreviation may stand for several zones.
 */
final class ZoneNames {

  private static final Set<String> OF_UTC = Set.of("Z", "z", "UTC", "GMT", "UT", "UCT", "Zulu");

  /** Offsets, or zones in which it is said both in winter and in summer. */
  private final Map<String, Set<ZoneId>> meanings = new HashMap<>();

  private ZoneNames() {
    // An abbreviation means the same in each year; only zones differ, and these are of today.
    Instant day = Instant.parse("2026-01-01T00:00:00Z");
    for (String[] names : DateFormatSymbols.getInstance(Locale.ENGLISH).getZoneStrings()) {
      ZoneId zone;
      if (names[0].startsWith("Antarctica/")) {
        continue; // Stations have the names, and not the clocks, of those who run them.
      }
      try {
        zone = ZoneId.of(names[0], ZoneId.SHORT_IDS);
      } catch (DateTimeException e) {
        continue; // An old id of java.util.TimeZone.
      }
      ZoneOffset winter = zone.getRules().getStandardOffset(day);
      ZoneOffset summer = ZoneOffset.ofTotalSeconds(winter.getTotalSeconds() + 3600);
      for (int form = 1; form <= 2; form++) {
        add(names[form], winter);
        if (!names[form + 2].equals(names[form])) {
          add(names[form + 2], summer);
        }
        boolean general = names.length > form + 4 && !names[form + 4].equals(names[form]);
        if (general) {
          add(names[form + 4], zone.normalized());
        }
      }
    }
    add("MEZ", ZoneOffset.ofHours(1));
    add("MESZ", ZoneOffset.ofHours(2));
    OF_UTC.forEach(name -> meanings.put(name, Set.of(ZoneOffset.UTC)));
  }

  /** Reading all names takes time, and nearly no format has one. */
  private static final class All {
    static final ZoneNames NAMES = new ZoneNames();
  }

  private void add(String name, ZoneId zone) {
    meanings.computeIfAbsent(name, any -> new HashSet<>()).add(zone);
  }

  /** What a text can mean as the name of a zone; nothing where it is none. */
  static Set<ZoneId> meanings(String text) {
    if (OF_UTC.contains(text)) {
      return Set.of(ZoneOffset.UTC);
    } else if (text.length() < 2) {
      return Set.of();
    } else if (ZoneId.getAvailableZoneIds().contains(text)) {
      Set<ZoneId> zones = new HashSet<>(All.NAMES.meanings.getOrDefault(text, Set.of()));
      zones.add(ZoneId.of(text).normalized());
      return zones;
    }
    return All.NAMES.meanings.getOrDefault(text, Set.of());
  }
}
