package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDateLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlTimestampLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.util.DateString;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.util.TimestampString;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.RowPredicate.Comparison;
import org.jspecify.annotations.Nullable;

/**
 * Compiles conditions over columns and literals to predicates on encoded rows: comparisons, AND,
 * OR, NOT, IS, IN, BETWEEN and LIKE with {@code %}. Everything else is empty, and left to Beam SQL.
 */
public final class PredicateCompiler {

  private final RecordSchema schema;
  private final ToIntFunction<SqlIdentifier> fieldOf;

  /**
   * @param fieldOf position in the schema of the column that an identifier names, or -1
   */
  public PredicateCompiler(RecordSchema schema, ToIntFunction<SqlIdentifier> fieldOf) {
    this.schema = schema;
    this.fieldOf = fieldOf;
  }

  public Optional<RowPredicate> compile(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      int field = fieldOf.applyAsInt(identifier);
      return field >= 0 && type(field) instanceof FieldType.BooleanType
          ? Optional.of(new RowPredicate.BooleanField(field))
          : Optional.empty();
    } else if (node instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.BOOLEAN) {
      return Optional.of(
          new RowPredicate.Constant(
              literal.booleanValue() ? RowPredicate.TRUE : RowPredicate.FALSE));
    }
    return node instanceof SqlCall call ? compileCall(call) : Optional.empty();
  }

  private Optional<RowPredicate> compileCall(SqlCall call) {
    return switch (call.getKind()) {
      case AND -> all(call.getOperandList()).map(RowPredicate.And::new);
      case OR -> all(call.getOperandList()).map(RowPredicate.Or::new);
      case NOT -> compile(call.operand(0)).map(RowPredicate.Not::new);
      case IS_NULL -> isNull(call.operand(0));
      case IS_NOT_NULL -> isNull(call.operand(0)).map(RowPredicate.Not::new);
      case IS_TRUE -> is(call, RowPredicate.TRUE);
      case IS_FALSE -> is(call, RowPredicate.FALSE);
      case IS_NOT_TRUE -> is(call, RowPredicate.TRUE).map(RowPredicate.Not::new);
      case IS_NOT_FALSE -> is(call, RowPredicate.FALSE).map(RowPredicate.Not::new);
      case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          comparison(call.getKind(), call.operand(0), call.operand(1));
      case BETWEEN -> between(call);
      case IN -> in(call);
      case NOT_IN -> in(call).map(RowPredicate.Not::new);
      case LIKE -> like(call);
      default -> Optional.empty();
    };
  }

  private Optional<List<RowPredicate>> all(List<SqlNode> nodes) {
    List<RowPredicate> predicates = new ArrayList<>();
    for (SqlNode node : nodes) {
      compile(node).ifPresent(predicates::add);
    }
    return predicates.size() == nodes.size() ? Optional.of(predicates) : Optional.empty();
  }

  private Optional<RowPredicate> isNull(SqlNode operand) {
    int field = field(operand);
    return field < 0 ? Optional.empty() : Optional.of(new RowPredicate.IsNull(field));
  }

  private Optional<RowPredicate> is(SqlCall call, int value) {
    return compile(call.operand(0)).map(operand -> new RowPredicate.Is(operand, value));
  }

  private int field(SqlNode node) {
    return node instanceof SqlIdentifier identifier ? fieldOf.applyAsInt(identifier) : -1;
  }

  private FieldType type(int field) {
    return schema.fields().get(field).type();
  }

  private Optional<RowPredicate> comparison(SqlKind kind, SqlNode left, SqlNode right) {
    int field = field(left);
    if (field < 0) {
      field = field(right);
      return field < 0 ? Optional.empty() : compare(kind.reverse(), field, left);
    }
    return compare(kind, field, right);
  }

  private Optional<RowPredicate> compare(SqlKind kind, int field, SqlNode literal) {
    Comparison comparison =
        switch (kind) {
          case LESS_THAN -> Comparison.LESS;
          case LESS_THAN_OR_EQUAL -> Comparison.LESS_OR_EQUAL;
          case GREATER_THAN -> Comparison.GREATER;
          case GREATER_THAN_OR_EQUAL -> Comparison.GREATER_OR_EQUAL;
          default -> Comparison.EQUAL;
        };
    Optional<RowPredicate> compared = compare(comparison, field, literal);
    return kind == SqlKind.NOT_EQUALS ? compared.map(RowPredicate.Not::new) : compared;
  }

  private Optional<RowPredicate> compare(Comparison comparison, int field, SqlNode literal) {
    FieldType type = type(field);
    if (type instanceof FieldType.StringType) {
      return text(literal)
          .map(text -> new RowPredicate.TextComparison(field, comparison, utf8(text)));
    } else if (type instanceof FieldType.IntegerType) {
      return number(literal).map(number -> whole(comparison, field, number));
    } else if (type instanceof FieldType.FloatType) {
      return number(literal)
          .map(
              number -> new RowPredicate.DoubleComparison(field, comparison, number.doubleValue()));
    } else if (type instanceof DecimalType decimal) {
      return number(literal)
          .map(
              number ->
                  decimal.fitsLong()
                      ? whole(comparison, field, number.movePointRight(decimal.scale()))
                      : new RowPredicate.DecimalComparison(field, comparison, number));
    } else if (type instanceof FieldType.TimestampType) {
      return timestamp(literal)
          .map(millis -> whole(comparison, field, BigDecimal.valueOf(millis).movePointRight(3)));
    } else if (type instanceof FieldType.DateType) {
      return date(literal).map(days -> whole(comparison, field, BigDecimal.valueOf(days)));
    }
    return Optional.empty();
  }

  /** A comparison of an integer with any number, as a range of integers. */
  private static RowPredicate whole(Comparison comparison, int field, BigDecimal number) {
    BigInteger floor = number.setScale(0, RoundingMode.FLOOR).toBigInteger();
    boolean exact = new BigDecimal(floor).compareTo(number) == 0;
    return switch (comparison) {
      case EQUAL ->
          exact ? between(field, floor, floor) : new RowPredicate.LongBetween(field, 1, 0);
      case LESS -> between(field, null, exact ? floor.subtract(BigInteger.ONE) : floor);
      case LESS_OR_EQUAL -> between(field, null, floor);
      case GREATER -> between(field, floor.add(BigInteger.ONE), null);
      case GREATER_OR_EQUAL -> between(field, exact ? floor : floor.add(BigInteger.ONE), null);
    };
  }

  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private static RowPredicate between(
      int field, @Nullable BigInteger low, @Nullable BigInteger high) {
    BigInteger from = low == null ? MIN : low;
    BigInteger to = high == null ? MAX : high;
    if (from.compareTo(MAX) > 0 || to.compareTo(MIN) < 0) {
      return new RowPredicate.LongBetween(field, 1, 0);
    }
    return new RowPredicate.LongBetween(field, from.max(MIN).longValue(), to.min(MAX).longValue());
  }

  private Optional<RowPredicate> between(SqlCall call) {
    SqlBetweenOperator operator = (SqlBetweenOperator) call.getOperator();
    if (operator.flag != SqlBetweenOperator.Flag.ASYMMETRIC) {
      return Optional.empty();
    }
    Optional<RowPredicate> low =
        comparison(SqlKind.GREATER_THAN_OR_EQUAL, call.operand(0), call.operand(1));
    Optional<RowPredicate> high =
        comparison(SqlKind.LESS_THAN_OR_EQUAL, call.operand(0), call.operand(2));
    if (low.isEmpty() || high.isEmpty()) {
      return Optional.empty();
    }
    RowPredicate both = new RowPredicate.And(List.of(low.get(), high.get()));
    return Optional.of(operator.isNegated() ? new RowPredicate.Not(both) : both);
  }

  private Optional<RowPredicate> in(SqlCall call) {
    if (!(call.operand(1) instanceof SqlNodeList list)) {
      return Optional.empty();
    }
    List<RowPredicate> terms = new ArrayList<>();
    for (SqlNode value : list) {
      comparison(SqlKind.EQUALS, call.operand(0), value).ifPresent(terms::add);
    }
    return terms.size() == list.size() ? Optional.of(new RowPredicate.Or(terms)) : Optional.empty();
  }

  private Optional<RowPredicate> like(SqlCall call) {
    int field = field(call.operand(0));
    SqlLikeOperator operator = (SqlLikeOperator) call.getOperator();
    if (call.operandCount() != 2
        || field < 0
        || !(type(field) instanceof FieldType.StringType)
        || !operator.isCaseSensitive()) {
      return Optional.empty();
    }
    Optional<RowPredicate> like =
        text(call.operand(1))
            .filter(pattern -> !pattern.contains("_"))
            .map(pattern -> like(field, pattern));
    return operator.isNegated() ? like.map(RowPredicate.Not::new) : like;
  }

  private static RowPredicate like(int field, String pattern) {
    String[] parts = pattern.split("%+", -1);
    if (parts.length == 1) {
      return new RowPredicate.TextComparison(field, Comparison.EQUAL, utf8(pattern));
    }
    byte[][] bytes = new byte[parts.length][];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = utf8(parts[i]);
    }
    return new RowPredicate.TextLike(field, bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<String> text(SqlNode node) {
    return node instanceof SqlCharStringLiteral literal
        ? Optional.ofNullable(literal.toValue())
        : Optional.empty();
  }

  private static Optional<BigDecimal> number(SqlNode node) {
    if (node.getKind() == SqlKind.MINUS_PREFIX) {
      return number(((SqlCall) node).operand(0)).map(BigDecimal::negate);
    }
    // An approximate literal such as 1E3 is a DOUBLE, to which Beam SQL then converts the column.
    return node instanceof SqlNumericLiteral literal && literal.isExact()
        ? Optional.ofNullable(literal.bigDecimalValue())
        : Optional.empty();
  }

  private static Optional<Long> timestamp(SqlNode node) {
    SqlNode literal =
        node instanceof SqlUnknownLiteral unknown && unknown.tag.equals("TIMESTAMP")
            ? unknown.resolve(SqlTypeName.TIMESTAMP)
            : node;
    // Beam SQL knows milliseconds: a finer literal is left to it, to be cut as it cuts it.
    return literal instanceof SqlTimestampLiteral timestamp && timestamp.getPrec() <= 3
        ? Optional.ofNullable(timestamp.getTimestamp()).map(TimestampString::getMillisSinceEpoch)
        : Optional.empty();
  }

  private static Optional<Integer> date(SqlNode node) {
    SqlNode literal =
        node instanceof SqlUnknownLiteral unknown && unknown.tag.equals("DATE")
            ? unknown.resolve(SqlTypeName.DATE)
            : node;
    return literal instanceof SqlDateLiteral date
        ? Optional.ofNullable(date.getValueAs(DateString.class)).map(DateString::getDaysSinceEpoch)
        : Optional.empty();
  }
}
