package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number of nines that comes again and again far from all others, as where -999 stands for a
 * missing value. Not thread-safe.
 */
final class Outlier {

  private static final Pattern NINES = Pattern.compile("-9{2,}(\\.[09]+)?|9{3,}(\\.0+)?");

  /** Fewer occurrences may be values. */
  private static final int REPEATED = 3;

  /** Fewer other values do not show a range. */
  private static final int OTHERS = 10;

  private static final int MOST = 10;

  private final Map<String, Long> nines = new HashMap<>();
  private long others;
  private @Nullable BigDecimal least;
  private @Nullable BigDecimal greatest;

  /**
   * Takes a number.
   *
   * @param text as it is written
   */
  void add(String text, BigDecimal number) {
    if (NINES.matcher(text).matches() && (nines.containsKey(text) || nines.size() < MOST)) {
      nines.merge(text, 1L, Long::sum);
      return;
    }
    others++;
    if (DecimalDigits.isHuge(number)) {
      return;
    }
    least = least == null ? number : least.min(number);
    greatest = greatest == null ? number : greatest.max(number);
  }

  /** The text that is so, or empty. */
  String text() {
    BigDecimal low = least;
    BigDecimal high = greatest;
    if (low == null || high == null || others < OTHERS) {
      return "";
    }
    BigDecimal width = high.subtract(low).max(BigDecimal.ONE);
    return nines.entrySet().stream()
        .filter(each -> each.getValue() >= REPEATED)
        .filter(
            each -> {
              BigDecimal number = new BigDecimal(each.getKey());
              return low.subtract(number).compareTo(width) > 0
                  || number.subtract(high).compareTo(width) > 0;
            })
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /** What is said of it. */
  String sentence() {
    return "["
        + text()
        + "] ("
        + CsvColumns.counted(nines.getOrDefault(text(), 0L), others + total())
        + ") is far from the others, which are "
        + least
        + " to "
        + greatest;
  }

  private long total() {
    return nines.values().stream().mapToLong(Long::longValue).sum();
  }
}
