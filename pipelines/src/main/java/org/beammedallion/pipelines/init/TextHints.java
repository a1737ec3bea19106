package org.beammedallion.pipelines.init;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.quality.rule.EpochUnit;
import org.jspecify.annotations.Nullable;

/** What texts look like that are taken for something else, and what can be done about it. */
final class TextHints {

  private static final Pattern CURRENCY =
      Pattern.compile("[+-]?\\s*[$€£¥]\\s*[+-]?\\d[\\d.,]*\\s*|[+-]?\\d[\\d.,]*\\s*[$€£¥]\\s*");

  private static final Pattern PERCENT = Pattern.compile("[+-]?\\d[\\d.,]*\\s*%\\s*");
  private static final Pattern DIGITS = Pattern.compile("\\d{9,18}");
  private static final Pattern DAY = Pattern.compile("\\d{8}");

  /** 2000-01-01, 2035-01-01 and 2100-01-01 in seconds. */
  private static final long EARLIEST = 946_684_800L;

  private static final long LIKELY_LATEST = 2_051_222_400L;
  private static final long LATEST = 4_102_444_800L;

  /** Nine of ten. */
  private static final int MOST = 9;

  private final List<String> days = new ArrayList<>(List.of("MMddyyyy", "ddMMyyyy", "yyyyMMdd"));
  private long count;
  private long currencies;
  private long percents;
  private long digits;
  private long least = Long.MAX_VALUE;
  private long greatest;
  private String first = "";
  private String firstOther = "";

  void add(String text) {
    first = count == 0 ? text : first;
    count++;
    currencies += CURRENCY.matcher(text).matches() ? 1 : 0;
    percents += PERCENT.matcher(text).matches() ? 1 : 0;
    if (DIGITS.matcher(text).matches()) {
      digits++;
      least = Math.min(least, Long.parseLong(text));
      greatest = Math.max(greatest, Long.parseLong(text));
    } else if (firstOther.isEmpty()) {
      firstOther = text;
    }
    if (!days.isEmpty()) {
      days.removeIf(format -> !isDay(format, text));
    }
  }

  private static boolean isDay(String format, String text) {
    return DAY.matcher(text).matches()
        && DateFormats.value(Kind.DATE, format, text) instanceof LocalDate day
        && day.getYear() >= 1900
        && day.getYear() < 2100;
  }

  /** Whether all are digits that may as well be a date. */
  static boolean mayBeDay(long number) {
    return List.of("MMddyyyy", "ddMMyyyy", "yyyyMMdd").stream()
        .anyMatch(format -> isDay(format, String.format(Locale.ROOT, "%08d", number)));
  }

  /** Of a column of whole numbers, or of digits with leading zeros. */
  void ofWhole(ColumnDraft column) {
    if (count > 0 && !days.isEmpty()) {
      column.evidence.add(
          0,
          "looks like a date without separators, "
              + days.stream().map(day -> "'" + day + "'").collect(Collectors.joining(" or "))
              + ": if it is one, put the lines below in place of 'logicalType'");
      days.forEach(day -> choose(column, Logical.DATE, day));
    } else if (digits == count && isNamedLikeTime(column)) {
      String unit = epoch(least, greatest, LATEST);
      if (unit != null) {
        column.evidence.add(
            0,
            looksLike(unit, least)
                + ": if it is a timestamp, put the lines below in place of 'logicalType'");
        choose(column, Logical.TIMESTAMP, unit);
      }
    }
  }

  /** Of a column of texts. */
  void ofText(ColumnDraft column) {
    if (count == 0) {
      return;
    } else if (currencies == count || percents == count || currencies + percents == count) {
      column.evidence.add(
          (percents == count ? "numbers with a percent sign" : "amounts with a currency sign")
              + " such as "
              + first.strip()
              + ": kept as text, for a number has no sign; let the source leave it out, or make a number of it in a"
              + " transform of your own");
    } else if (digits * 10 >= count * MOST) {
      mostlyEpoch(column, least, greatest, digits, count, "'" + firstOther + "'", false);
    }
  }

  /**
   * Of a column whose numbers are timestamps, as far as their size tells, but for some texts.
   *
   * @param other how one of the texts is shown
   * @param othersAreNumbers whether the texts are whole numbers too, which a timestamp takes
   */
  static void mostlyEpoch(
      ColumnDraft column,
      long least,
      long greatest,
      long numbers,
      long all,
      String other,
      boolean othersAreNumbers) {
    String unit = epoch(least, greatest, isNamedLikeTime(column) ? LATEST : LIKELY_LATEST);
    if (unit == null
        || numbers * 10 < all * MOST
        || (unit.equals("epoch_seconds") && !isNamedLikeTime(column))) {
      return;
    }
    column.evidence.add(
        0,
        CsvColumns.counted(numbers, all)
            + " values: "
            + looksLike(unit, least)
            + "; others are texts such as "
            + other
            + (othersAreNumbers
                ? ", which a timestamp takes: if they are timestamps, "
                : ", which a timestamp would reject. Correct these in the source, ")
            + (column.takesScalars ? "take 'takesScalars' away here " : "")
            + "and put the lines below in place of 'logicalType'");
    choose(column, Logical.TIMESTAMP, unit);
  }

  private static void choose(ColumnDraft column, Logical logical, String format) {
    ColumnDraft choice = new ColumnDraft(column.source, logical);
    choice.options.put("format", format);
    column.choices.addAll(TextGuess.lines(choice, column));
  }

  private static boolean isNamedLikeTime(ColumnDraft column) {
    return TextGuess.NAMED_LIKE_TIME.matcher(column.source.get(column.source.size() - 1)).matches();
  }

  private static String looksLike(String unit, long number) {
    long perSecond = 1;
    for (String each : EpochUnit.formats()) {
      if (each.equals(unit)) {
        break;
      }
      perSecond *= 1000;
    }
    return "looks like "
        + unit
        + ", by which "
        + number
        + " is "
        + Instant.ofEpochSecond(number / perSecond);
  }

  private static @Nullable String epoch(long least, long greatest, long latest) {
    long perSecond = 1;
    for (String unit : EpochUnit.formats()) {
      if (least / perSecond >= EARLIEST && greatest / perSecond <= latest) {
        return unit;
      }
      perSecond *= 1000;
    }
    return null;
  }
}
