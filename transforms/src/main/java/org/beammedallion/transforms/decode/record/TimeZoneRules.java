package org.beammedallion.transforms.decode.record;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/**
 * The offset of local times that name none. Gaps and overlaps are resolved as {@link
 * java.time.ZonedDateTime} does.
 */
public final class TimeZoneRules {

  private final ZoneId zone;
  private final boolean fixed;
  private final int fixedOffset;

  public TimeZoneRules(ZoneId zone) {
    this.zone = zone;
    ZoneRules rules = zone.getRules();
    fixed = rules.isFixedOffset();
    fixedOffset = fixed ? rules.getOffset(LocalDateTime.MIN).getTotalSeconds() : 0;
  }

  public ZoneId zone() {
    return zone;
  }

  /**
   * @param local seconds since 1970-01-01T00:00:00 of the local time
   */
  public long epochSecond(long local) {
    return fixed
        ? local - fixedOffset
        : LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC).atZone(zone).toEpochSecond();
  }

  /**
   * @param local seconds since 1970-01-01T00:00:00 of the same local time
   */
  public long epochSecond(long local, int year, int month, int dayOfMonth, int secondOfDay) {
    if (fixed) {
      return local - fixedOffset;
    }
    return LocalDateTime.of(
            LocalDate.of(year, month, dayOfMonth), LocalTime.ofSecondOfDay(secondOfDay))
        .atZone(zone)
        .toEpochSecond();
  }
}
