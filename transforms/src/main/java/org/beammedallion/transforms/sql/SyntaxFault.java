package org.beammedallion.transforms.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParseException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParser;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.SqlDialect.Production;
import org.beammedallion.transforms.sql.SqlToken.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What to say of SQL that cannot be parsed. The parser names the place at which it gave up, which
 * may be one word before or behind the one that is wrong.
 */
final class SyntaxFault {

  /** Words that begin a part of a query, or stand between two operands. */
  private static final Set<String> STRUCTURE =
      Set.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP",
          "BY",
          "HAVING",
          "ORDER",
          "LIMIT",
          "UNION",
          "WITH",
          "INTERSECT",
          "EXCEPT",
          "JOIN",
          "LEFT",
          "INNER",
          "ON",
          "AS",
          "AND",
          "OR",
          "NOT",
          "IN",
          "IS",
          "LIKE",
          "BETWEEN",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "DISTINCT",
          "NULL",
          "TRUE",
          "FALSE",
          "FOR",
          "OF",
          "ALL",
          "ASC",
          "DESC");

  /** Those of them that people call columns and tables by. */
  private static final Set<String> NOUNS =
      Set.of("ORDER", "GROUP", "END", "LEFT", "LIMIT", "LIKE", "ALL", "CASE", "UNION");

  /** Those that a misspelt word may stand for. */
  private static final List<String> CLAUSES =
      List.of("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "UNION", "WITH", "LEFT", "JOIN", "AND");

  /** What a name of a table or column comes behind. */
  private static final Set<String> BEFORE_NAMES = Set.of("FROM", "JOIN", ".");

  /** What an expression comes behind. */
  private static final Set<String> BEFORE_EXPRESSIONS =
      Set.of("SELECT", "WHERE", "BY", "HAVING", "AND", "OR", "ON", ",", "(", "=", "<", ">");

  /** How often a query is parsed to find what is wrong in it. */
  private static final int MOST_WORDS = 50;

  private static final SqlAbstractParserImpl.Metadata WORDS =
      SqlParser.create("", SqlDialect.PARSER).getMetadata();

  private final SqlParseException cause;
  private final List<SqlToken> tokens;
  private final int at;

  private SyntaxFault(SqlParseException cause, List<SqlToken> tokens, int at) {
    this.cause = cause;
    this.tokens = tokens;
    this.at = at;
  }

  /**
   * @param production that the text should be
   */
  static InvalidQueryException of(String sql, SqlParseException cause, Production production) {
    InvalidQueryException fault = in(sql, cause).explain(sql, production);
    fault.initCause(cause);
    return fault;
  }

  private static SyntaxFault in(String sql, SqlParseException cause) {
    List<SqlToken> tokens = SqlToken.of(sql);
    int at = 0;
    while (at < tokens.size() && tokens.get(at).isBefore(line(cause), column(cause))) {
      at++;
    }
    return new SyntaxFault(cause, tokens, at);
  }

  private static int line(SqlParseException cause) {
    return cause.getPos() == null ? 0 : cause.getPos().getLineNum();
  }

  private static int column(SqlParseException cause) {
    return cause.getPos() == null ? 0 : cause.getPos().getColumnNum();
  }

  private InvalidQueryException explain(String sql, Production production) {
    int line = line(cause);
    int column = column(cause);
    SqlToken open = find(Kind.UNCLOSED);
    SqlToken quoted = find(Kind.DOUBLE_QUOTED);
    SqlToken end = find(Kind.SEMICOLON);
    SqlToken name = reservedName();
    if (open != null) {
      return open.fault("the closing " + open.first() + " of this text or name is missing.");
    } else if (quoted != null) {
      return quoted.fault(
          "double quotes are not used here. Write names in `backticks` and texts in 'single quotes'.");
    } else if (end != null && cause.getPos() != null && !end.isBefore(line, column)) {
      return end.fault(
          end.equals(tokens.get(tokens.size() - 1))
              ? "leave out the semicolon at the end."
              : "a gold table has one query. Leave out the semicolon and what follows it.");
    } else if (name != null) {
      return name.fault(
          String.format(
                  "'%s' is a reserved word of SQL. To use it as a name, write it in backticks: `%s`.",
                  name.text(), name.text())
              + further(name, sql, production));
    } else if (tokens.isEmpty()) {
      return new InvalidQueryException("the query is empty.", line, column);
    } else if (at >= tokens.size() - 1 && (at == tokens.size() || isAtTheEnd())) {
      SqlToken last = tokens.get(tokens.size() - 1);
      return last.fault(
          depth(tokens.size()) > 0
              ? "the query ends too early: a closing parenthesis is missing."
              : "the query ends too early: something is missing after '" + last.text() + "'.");
    }
    return unexpected(tokens.get(at));
  }

  /** Names the other reserved words: parsing goes on as if those before were in backticks. */
  private static String further(SqlToken first, String sql, Production production) {
    Set<String> words = new LinkedHashSet<>();
    String mended = sql;
    SqlToken name = first;
    for (int i = 0; name != null && i < MOST_WORDS; i++) {
      words.add("`" + name.text() + "`");
      mended = name.quotedIn(mended);
      try {
        production.parse(SqlParser.create(mended, SqlDialect.PARSER));
        name = null;
      } catch (SqlParseException e) {
        name = in(mended, e).reservedName();
      }
    }
    words.remove("`" + first.text() + "`");
    return words.isEmpty()
        ? ""
        : " The query has further such words: write " + String.join(", ", words) + ".";
  }

  private boolean isAtTheEnd() {
    return String.valueOf(cause.getMessage()).lines().limit(1).anyMatch(l -> l.contains("<EOF>"))
        || STRUCTURE.contains(tokens.get(at).upper());
  }

  /** Number of parentheses that are open before a token. */
  private int depth(int token) {
    int depth = 0;
    for (SqlToken each : tokens.subList(0, token)) {
      depth += each.text().equals("(") ? 1 : each.text().equals(")") ? -1 : 0;
    }
    return depth;
  }

  private InvalidQueryException unexpected(SqlToken token) {
    for (SqlToken each : List.of(token, previous(token))) {
      String meant = each.kind() == Kind.WORD && !isReserved(each) ? clause(each.text()) : null;
      if (meant != null) {
        return each.fault(
            "'" + each.text() + "' is not expected here; did you mean " + meant + "?");
      }
    }
    String next = at + 1 < tokens.size() ? tokens.get(at + 1).text() : "";
    String pair = token.text() + next;
    if (pair.equals("==") || pair.equals("!=")) {
      return token.fault("write " + (pair.equals("==") ? "=" : "<>") + " instead of " + pair + ".");
    } else if (token.text().equals(",") && STRUCTURE.contains(next.toUpperCase(Locale.ROOT))) {
      return token.fault("leave out the comma before " + next + ".");
    } else if (token.text().equals(")") && depth(at) <= 0) {
      return token.fault("this closing parenthesis has no opening one.");
    } else if (token.kind() == Kind.TEXT && previous(token).upper().equals("AS")) {
      return token.fault("a name is needed after AS, not a text: leave out the quotes.");
    } else if (String.valueOf(cause.getMessage()).startsWith("Lexical")) {
      return token.fault("the character '" + token.text() + "' means nothing in SQL.");
    } else if (STRUCTURE.contains(token.upper())) {
      return structure(token, next);
    }
    return token.fault(
        "'"
            + token.text()
            + "' is not expected here. Check the commas, parentheses and operators before it.");
  }

  private InvalidQueryException structure(SqlToken token, String next) {
    if (token.upper().matches("GROUP|ORDER") && !next.equalsIgnoreCase("BY")) {
      return token.fault("write " + token.upper() + " BY.");
    }
    return token.fault(
        depth(at) > 0
            ? "a closing parenthesis is missing before '" + token.text() + "'."
            : "'"
                + token.text()
                + "' is not expected here. Check what stands before and after it.");
  }

  private static @Nullable String clause(String word) {
    return word.length() < 3 ? null : DidYouMean.nearest(word, CLAUSES);
  }

  /** The first token of a kind, wherever it is, or null. */
  private @Nullable SqlToken find(Kind kind) {
    return tokens.stream().filter(token -> token.kind() == kind).findFirst().orElse(null);
  }

  /** The reserved word near the fault that is used as a name, or null. */
  private @Nullable SqlToken reservedName() {
    for (int i : new int[] {at, at + 1, at - 1}) {
      if (i >= 0 && i < tokens.size() && isReserved(tokens.get(i)) && isUsedAsName(i)) {
        return tokens.get(i);
      }
    }
    return null;
  }

  private boolean isUsedAsName(int i) {
    SqlToken token = tokens.get(i);
    String before = i == 0 ? "" : tokens.get(i - 1).upper();
    SqlToken next = i + 1 < tokens.size() ? tokens.get(i + 1) : null;
    boolean isCalled = next != null && (next.text().equals("(") || next.kind() == Kind.TEXT);
    if (BEFORE_NAMES.contains(before)) {
      return !token.upper().equals("SELECT");
    } else if (STRUCTURE.contains(token.upper())) {
      return i >= at && (before.equals("AS") || isNoun(token, before, next));
    } else if (isCalled || WORDS.isContextVariableName(token.upper())) {
      return false;
    } else if (i == at) {
      return true;
    }
    return BEFORE_EXPRESSIONS.contains(before) || (i > at && before.equals("AS"));
  }

  private static boolean isNoun(SqlToken token, String before, @Nullable SqlToken next) {
    boolean startsClause = next != null && next.upper().matches("BY|WHEN|\\(");
    return NOUNS.contains(token.upper()) && BEFORE_EXPRESSIONS.contains(before) && !startsClause;
  }

  private SqlToken previous(SqlToken token) {
    return at > 0 ? tokens.get(at - 1) : token;
  }

  private static boolean isReserved(SqlToken token) {
    return token.kind() == Kind.WORD
        && WORDS.isKeyword(token.upper())
        && !WORDS.isNonReservedKeyword(token.upper());
  }
}
