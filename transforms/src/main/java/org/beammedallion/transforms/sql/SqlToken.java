package org.beammedallion.transforms.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word or sign of a query, for messages about queries that cannot be parsed.
 *
 * @param line from 1
 * @param column from 1
 */
record SqlToken(Kind kind, String text, int line, int column) {

  enum Kind {
    WORD("[\\p{L}_][\\p{L}\\p{N}_$]*"),
    TEXT("'(?:[^']|'')*'"),
    QUOTED("`[^`]*`"),
    DOUBLE_QUOTED("\"[^\"]*\""),
    NUMBER("[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?"),
    SEMICOLON(";"),
    UNCLOSED("['`\"][^\\n]*"),
    COMMENT("--[^\\n]*|/\\*.*?\\*/"),
    OTHER("[^\\s]");

    private final String pattern;

    Kind(String pattern) {
      this.pattern = pattern;
    }
  }

  private static final Pattern TOKEN = Pattern.compile(pattern(), Pattern.DOTALL);

  private static String pattern() {
    StringBuilder pattern = new StringBuilder();
    for (Kind kind : Kind.values()) {
      String group = "(?<" + kind.name().replace("_", "") + ">" + kind.pattern + ")";
      pattern.append(pattern.isEmpty() ? "" : "|").append(group);
    }
    return pattern.toString();
  }

  /** All tokens of a text, without comments. */
  static List<SqlToken> of(String sql) {
    List<SqlToken> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(sql);
    int line = 1;
    int lineStart = 0;
    while (matcher.find()) {
      for (int i = sql.indexOf('\n', lineStart);
          i >= 0 && i < matcher.start();
          i = sql.indexOf('\n', lineStart)) {
        line++;
        lineStart = i + 1;
      }
      Kind kind = kind(matcher);
      if (kind != Kind.COMMENT) {
        tokens.add(new SqlToken(kind, matcher.group(), line, matcher.start() - lineStart + 1));
      }
    }
    return tokens;
  }

  private static Kind kind(Matcher matcher) {
    for (Kind kind : Kind.values()) {
      if (matcher.group(kind.name().replace("_", "")) != null) {
        return kind;
      }
    }
    throw new IllegalStateException("A token of no kind.");
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }

  String first() {
    return text.substring(0, 1);
  }

  boolean isBefore(int otherLine, int otherColumn) {
    return line < otherLine || (line == otherLine && column < otherColumn);
  }

  /** A text of which this is a token, with the token in backticks. */
  String quotedIn(String sql) {
    int lineStart = 0;
    for (int i = 1; i < line; i++) {
      lineStart = sql.indexOf('\n', lineStart) + 1;
    }
    int from = lineStart + column - 1;
    int to = from + text.length();
    return sql.substring(0, from) + '`' + text + '`' + sql.substring(to);
  }

  InvalidQueryException fault(String message) {
    return new InvalidQueryException(message, line, column);
  }
}
