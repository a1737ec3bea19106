package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlCase;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.CompareDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.CompareDouble;
import org.beammedallion.transforms.sql.function.TextCasts.DateOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TimeOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TimestampOfText;
import org.beammedallion.transforms.sql.function.TextFunctions.CompareText;
import org.beammedallion.transforms.sql.function.TextFunctions.LowerText;
import org.beammedallion.transforms.sql.function.TextFunctions.MatchText;

/**
 * Turns expressions of gold's SQL into those that Beam SQL is given, operator by operator and with
 * types of our own. What is not known here is refused: nothing reaches Beam SQL that it might
 * evaluate in another way than documented.
 */
public final class ExpressionLowering {

  private static final Pattern FINER_THAN_MICROSECONDS = Pattern.compile("\\.\\d{7}");

  private final Function<SqlIdentifier, Lowered> columns;

  /**
   * @param columns finds the column that a name means; throws {@link InvalidQueryException} where
   *     there is none
   */
  public ExpressionLowering(Function<SqlIdentifier, Lowered> columns) {
    this.columns = columns;
  }

  /**
   * @throws InvalidQueryException where gold cannot compute the expression; says where and why
   */
  public Lowered lower(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      return columns.apply(identifier);
    } else if (node instanceof SqlLiteral literal) {
      return literal(literal);
    } else if (node instanceof SqlCall call) {
      return call(call);
    }
    throw SqlDialect.invalid("Gold cannot compute " + node + ".", node);
  }

  List<Lowered> lowerAll(List<? extends SqlNode> nodes) {
    return nodes.stream().map(this::lower).toList();
  }

  /** A condition, as SQL. */
  public String condition(SqlNode node) {
    return condition(node, node);
  }

  private String condition(SqlNode node, SqlNode where) {
    Lowered lowered = lower(node);
    if (lowered.isNull()) {
      return Coercion.nullOf(FieldType.BOOLEAN);
    } else if (!lowered.isBoolean()) {
      throw SqlDialect.invalid(
          "A condition is true or false, and this is " + Coercion.name(lowered) + ".", where);
    }
    return lowered.sql();
  }

  private Lowered literal(SqlLiteral literal) {
    if (literal.getTypeName() == SqlTypeName.NULL) {
      return Lowered.NULL;
    } else if (literal instanceof SqlNumericLiteral number) {
      BigDecimal value = literal.getValueAs(BigDecimal.class);
      if (value != null && !number.isExact() && Double.isInfinite(value.doubleValue())) {
        throw SqlDialect.invalid(value + " is greater than any DOUBLE.", literal);
      } else if (value != null && value.precision() <= DecimalType.MAX_PRECISION) {
        return Lowered.number(value, number.isExact());
      }
      throw SqlDialect.invalid("A number has at most 38 digits.", literal);
    } else if (literal instanceof SqlCharStringLiteral) {
      return Lowered.text(String.valueOf(literal.getValueAs(String.class)));
    } else if (literal.getTypeName() == SqlTypeName.BOOLEAN) {
      return literal.getValue() == null
          ? Lowered.of(Coercion.nullOf(FieldType.BOOLEAN), FieldType.BOOLEAN)
          : Lowered.bool(literal.booleanValue() ? "TRUE" : "FALSE");
    }
    return temporal(literal);
  }

  private static Lowered temporal(SqlLiteral literal) {
    String tag = literal instanceof SqlUnknownLiteral unknown ? unknown.tag : "";
    String text = String.valueOf(literal.getValue());
    try {
      if (FINER_THAN_MICROSECONDS.matcher(text).find()) {
        throw new IllegalArgumentException(
            "'" + text + "' is finer than a microsecond, which is the precision of gold");
      }
      return switch (tag) {
        case "DATE" -> Lowered.of(Lowered.whole(date(text)), FieldType.DATE);
        case "TIME" -> Lowered.of(Lowered.whole(TimeOfText.eval(text)), FieldType.TIME);
        case "TIMESTAMP" ->
            Lowered.of(Lowered.whole(TimestampOfText.eval(text)), FieldType.TIMESTAMP);
        default ->
            throw new IllegalArgumentException(
                literal + " cannot be used here; gold has DATE, TIME and TIMESTAMP literals");
      };
    } catch (IllegalArgumentException e) {
      throw SqlDialect.invalid(tag + (tag.isEmpty() ? "" : ": ") + e.getMessage() + ".", literal);
    }
  }

  private static long date(String text) {
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException("'" + text + "' is not a date");
    }
    return DateOfText.eval(text);
  }

  private Lowered call(SqlCall call) {
    String operator = call.getOperator().getName();
    return switch (call.getKind()) {
      case AND, OR ->
          Lowered.bool(
              call.getOperandList().stream()
                  .map(this::condition)
                  .collect(Collectors.joining(" " + operator + " ", "(", ")")));
      case NOT -> Lowered.bool("(NOT " + condition(call.operand(0), call) + ")");
      case IS_NULL, IS_NOT_NULL -> isNull(call, operator);
      case IS_TRUE, IS_FALSE, IS_NOT_TRUE, IS_NOT_FALSE, IS_UNKNOWN ->
          Lowered.bool("(" + condition(call.operand(0)) + " " + operator + ")");
      case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          Lowered.bool(compare(operator, lower(call.operand(0)), lower(call.operand(1)), call));
      case IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> distinct(call);
      case BETWEEN -> between(call);
      case IN, NOT_IN -> in(call);
      case LIKE -> like(call);
      case CASE -> choice((SqlCase) call);
      case PLUS, MINUS, TIMES, DIVIDE, MOD, MINUS_PREFIX, PLUS_PREFIX ->
          new Arithmetic(this).lower(call);
      case CAST -> new CastLowering(this).lower(call);
      case FILTER -> new AggregateLowering(this).lower(call.operand(0), condition(call.operand(1)));
      default ->
          AggregateLowering.isAggregate(call)
              ? new AggregateLowering(this).lower(call, null)
              : new FunctionLowering(this).lower(call);
    };
  }

  private Lowered isNull(SqlCall call, String operator) {
    Lowered value = lower(call.operand(0));
    return Lowered.bool(
        value.isNull()
            ? (call.getKind() == SqlKind.IS_NULL ? "TRUE" : "FALSE")
            : "(" + value.sql() + " " + operator + ")");
  }

  /** A comparison of two values by the operator of SQL, as SQL. */
  static String compare(String operator, Lowered a, Lowered b, SqlNode where) {
    FieldType type = Coercion.common(List.of(a, b), where);
    if (type == null) {
      return Coercion.nullOf(FieldType.BOOLEAN);
    } else if (type instanceof FieldType.ObjectType) {
      throw SqlDialect.invalid("Objects cannot be compared; compare their parts.", where);
    }
    boolean equality = operator.equals("=") || operator.equals("<>");
    if (type instanceof FieldType.BooleanType && !equality) {
      throw SqlDialect.invalid("Booleans have no order; compare them by = or IS TRUE.", where);
    }
    String left = Coercion.convert(a, type, where);
    String right = Coercion.convert(b, type, where);
    if (type instanceof DecimalType) {
      // The digits decide, whatever the scale is.
      return ordered(CompareDecimal.class, Coercion.asDecimal(a), operator, Coercion.asDecimal(b));
    } else if (type instanceof FieldType.FloatType) {
      return ordered(CompareDouble.class, left, operator, right);
    } else if (type instanceof FieldType.StringType && !equality) {
      return ordered(CompareText.class, left, operator, right);
    }
    return "(" + left + " " + operator + " " + right + ")";
  }

  private static String ordered(
      Class<? extends BeamSqlUdf> comparison, String a, String operator, String b) {
    return "(" + Lowered.callSql(comparison, a, b) + " " + operator + " " + Lowered.whole(0) + ")";
  }

  private Lowered distinct(SqlCall call) {
    Lowered a = lower(call.operand(0));
    Lowered b = lower(call.operand(1));
    if (a.isNull() || b.isNull()) {
      throw SqlDialect.invalid("Write IS NULL here.", call);
    }
    String differs =
        "(CASE WHEN "
            + a.sql()
            + " IS NULL THEN ("
            + b.sql()
            + " IS NOT NULL) WHEN "
            + b.sql()
            + " IS NULL THEN TRUE ELSE "
            + compare("<>", a, b, call)
            + " END)";
    return Lowered.bool(
        call.getKind() == SqlKind.IS_DISTINCT_FROM ? differs : "(NOT " + differs + ")");
  }

  private Lowered between(SqlCall call) {
    SqlBetweenOperator operator = (SqlBetweenOperator) call.getOperator();
    if (operator.flag != SqlBetweenOperator.Flag.ASYMMETRIC) {
      throw SqlDialect.invalid("BETWEEN SYMMETRIC is not available; write two comparisons.", call);
    }
    Lowered value = lower(call.operand(0));
    String both =
        "("
            + compare(">=", value, lower(call.operand(1)), call)
            + " AND "
            + compare("<=", value, lower(call.operand(2)), call)
            + ")";
    return Lowered.bool(operator.isNegated() ? "(NOT " + both + ")" : both);
  }

  private Lowered in(SqlCall call) {
    if (!(call.operand(1) instanceof SqlNodeList list)) {
      throw SqlDialect.invalid("IN takes a list of values.", call);
    }
    Lowered value = lower(call.operand(0));
    String any =
        anyOf(
            list.stream()
                .map(each -> compare("=", value, lower(Objects.requireNonNull(each)), call))
                .toList());
    return Lowered.bool(call.getKind() == SqlKind.IN ? any : "(NOT " + any + ")");
  }

  /** A balanced tree, so that no stack grows with the length of the list. */
  private static String anyOf(List<String> terms) {
    int half = terms.size() / 2;
    return half == 0
        ? terms.get(0)
        : "("
            + anyOf(terms.subList(0, half))
            + " OR "
            + anyOf(terms.subList(half, terms.size()))
            + ")";
  }

  private Lowered like(SqlCall call) {
    SqlLikeOperator operator = (SqlLikeOperator) call.getOperator();
    String text = text(call.operand(0), call);
    String pattern = text(call.operand(1), call);
    String escaping = call.operandCount() > 2 ? escape(call.operand(2), operator) : "";
    String escape = Lowered.textSql(escaping);
    String written = lower(call.operand(1)).text();
    if (written != null) {
      requirePattern(written, escaping, call.operand(1));
    }
    if (!operator.isCaseSensitive()) {
      text = Lowered.callSql(LowerText.class, text);
      pattern = Lowered.callSql(LowerText.class, pattern);
    }
    String matches = Lowered.callSql(MatchText.class, text, pattern, escape);
    return Lowered.bool(operator.isNegated() ? "(NOT " + matches + ")" : matches);
  }

  private static void requirePattern(String pattern, String escape, SqlNode where) {
    try {
      MatchText.eval("", pattern, escape);
    } catch (IllegalArgumentException e) {
      throw SqlDialect.invalid(e.getMessage() + ".", where);
    }
  }

  /** The character that takes the meaning of a wildcard away. */
  private String escape(SqlNode node, SqlLikeOperator operator) {
    String escape = lower(node).text();
    if (escape == null || escape.codePointCount(0, escape.length()) != 1) {
      throw SqlDialect.invalid("ESCAPE takes one character, written as a text such as '!'.", node);
    } else if (!operator.isCaseSensitive() && Character.isLetter(escape.codePointAt(0))) {
      throw SqlDialect.invalid(
          "ILIKE ignores the case of letters, so that its ESCAPE cannot be one; write '!'.", node);
    }
    return escape;
  }

  private Lowered choice(SqlCase choice) {
    SqlNode subject = choice.getValueOperand();
    List<String> conditions = new ArrayList<>();
    for (SqlNode when : choice.getWhenOperands()) {
      conditions.add(
          subject == null ? condition(when) : compare("=", lower(subject), lower(when), when));
    }
    List<SqlNode> nodes = new ArrayList<>();
    choice.getThenOperands().forEach(nodes::add);
    SqlNode otherwise = choice.getElseOperand();
    if (otherwise != null) {
      nodes.add(otherwise);
    }
    List<Lowered> values = lowerAll(nodes);
    FieldType type = Coercion.common(values, choice);
    if (type == null) {
      throw SqlDialect.invalid("Each branch is NULL; CAST one to the type that is meant.", choice);
    }
    StringBuilder sql = new StringBuilder("(CASE");
    for (int i = 0; i < conditions.size(); i++) {
      sql.append(" WHEN ")
          .append(conditions.get(i))
          .append(" THEN ")
          .append(Coercion.convert(values.get(i), type, choice));
    }
    Lowered last = otherwise == null ? Lowered.NULL : values.get(values.size() - 1);
    return Lowered.of(
        sql.append(" ELSE ")
            .append(Coercion.convert(last, type, choice))
            .append(" END)")
            .toString(),
        type);
  }

  /** An operand that must be text, as SQL. */
  String text(SqlNode node, SqlNode call) {
    Lowered lowered = lower(node);
    if (lowered.isNull()) {
      return Coercion.nullOf(FieldType.STRING);
    } else if (!lowered.isText()) {
      throw SqlDialect.invalid(
          "Text is needed here, not "
              + Coercion.name(lowered)
              + "; write CAST("
              + node
              + " AS VARCHAR).",
          call);
    }
    return lowered.sql();
  }

  /** An operand that must be a whole number, as SQL. */
  String whole(SqlNode node, SqlNode call) {
    Lowered lowered = lower(node);
    if (lowered.isNull()) {
      return Coercion.nullOf(FieldType.LONG);
    } else if (!lowered.isWhole()) {
      throw SqlDialect.invalid(
          "A whole number is needed here, not "
              + Coercion.name(lowered)
              + "; write CAST("
              + node
              + " AS BIGINT).",
          call);
    }
    return lowered.sql();
  }
}
