package org.beammedallion.quality.contract;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.rule.TemporalPattern;

/**
 * Guesses which pattern was meant by one that does not tell the value: by letters in the wrong
 * case, or by the words of {@code strftime} or SQL.
 */
final class FormatSuggestion {

  private static final Map<String, String> STRFTIME =
      Map.ofEntries(
          Map.entry("%Y", "yyyy"),
          Map.entry("%m", "MM"),
          Map.entry("%d", "dd"),
          Map.entry("%j", "DDD"),
          Map.entry("%b", "MMM"),
          Map.entry("%B", "MMMM"),
          Map.entry("%a", "EEE"),
          Map.entry("%A", "EEEE"),
          Map.entry("%H", "HH"),
          Map.entry("%I", "hh"),
          Map.entry("%M", "mm"),
          Map.entry("%S", "ss"),
          Map.entry("%f", "SSSSSS"),
          Map.entry("%p", "a"),
          Map.entry("%z", "XX"),
          Map.entry("%F", "yyyy-MM-dd"),
          Map.entry("%T", "HH:mm:ss"));

  private static final Pattern SQL = Pattern.compile("(?i)hh24|hh12|mi\\b|mi(?=[:.])|\\bmon\\b");

  /** In this order. */
  private static final Map<String, String> SQL_WORDS = sqlWords();

  private FormatSuggestion() {}

  private static Map<String, String> sqlWords() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("yyyy", "yyyy");
    words.put("month", "MMMM");
    words.put("mon", "MMM");
    words.put("mm", "MM");
    words.put("dd", "dd");
    words.put("hh24", "HH");
    words.put("hh12", "hh");
    words.put("mi", "mm");
    words.put("ss", "ss");
    words.put("ff\\d?", "SSSSSS");
    words.put("[ap]m", "a");
    words.put("tzh:tzm", "XXX");
    return words;
  }

  /** What was probably meant; the same where there is no guess. */
  static String of(String format) {
    if (format.indexOf('%') >= 0) {
      String result = format;
      for (Map.Entry<String, String> word : STRFTIME.entrySet()) {
        result = result.replace(word.getKey(), word.getValue());
      }
      return result.replaceAll("(?<![A-Za-z'])T(?![A-Za-z'])|(?<=d)T(?=H)", "'T'");
    } else if (SQL.matcher(format).find()) {
      return sql(format);
    }
    return letters(
        format
            .replaceAll("(?<=[dD])T(?=[HhKk])", "'T'")
            .replace("'Z'", "X")
            .replaceAll("'?[+-]\\d{2}:\\d{2}'?$", "XXX")
            .replaceAll("'?[+-]\\d{4}'?$", "XX")
            .replaceAll("'[AP]M'", "a"));
  }

  private static String sql(String format) {
    Matcher words = Pattern.compile("(?i)" + String.join("|", SQL_WORDS.keySet())).matcher(format);
    return words.replaceAll(
        found ->
            SQL_WORDS.entrySet().stream()
                .filter(word -> found.group().matches("(?i)" + word.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(found.group()));
  }

  private static String letters(String format) {
    TemporalPattern pattern = TemporalPattern.of(format);
    boolean halves = pattern.hasAny("a");
    boolean seconds = pattern.hasAny("s");
    boolean dayOfYear = !pattern.hasAny("MLm");
    StringBuilder better = new StringBuilder();
    boolean literal = false;
    boolean hours = false;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      literal ^= c == '\'';
      if (literal) {
        better.append(c);
        continue;
      }
      hours |= "HhKk".indexOf(c) >= 0;
      better.append(
          switch (c) {
            case 'Y' -> 'y';
            case 'D' -> dayOfYear ? 'D' : 'd';
            case 'm' -> hours || !pattern.hasAny("yuYdD") ? 'm' : 'M';
            case 'M' -> hours && isBehindHours(format, i) ? 'm' : 'M';
            case 'h' -> halves ? 'h' : 'H';
            case 'K' -> halves ? 'K' : 'H';
            case 'S' -> seconds ? 'S' : 's';
            case 'n' -> 'S';
            default -> c;
          });
    }
    return better
        .toString()
        .replaceAll("(?<!y)(?:y|yyy|y{5,})(?!y)", "yyyy")
        .replaceAll("(?<!u)(?:u|uuu|u{5,})(?!u)", "yyyy");
  }

  private static boolean isBehindHours(String format, int at) {
    int i = at;
    while (i >= 0 && (format.charAt(i) == 'M' || !Character.isLetter(format.charAt(i)))) {
      i--;
    }
    return i >= 0 && "HhKk".indexOf(format.charAt(i)) >= 0;
  }
}
