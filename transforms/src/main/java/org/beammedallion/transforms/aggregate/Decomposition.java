package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlCase;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.Accumulator.Kind;
import org.beammedallion.transforms.aggregate.PartialPlan.PlainResult;
import org.beammedallion.transforms.sql.BeamTypes;
import org.beammedallion.transforms.sql.MergedAggregates;
import org.beammedallion.transforms.sql.PredicateCompiler;
import org.beammedallion.transforms.sql.QueryLowering;
import org.beammedallion.transforms.sql.RowPredicate;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/**
 * Splits a query into what is added up inside the batches and a query over the partial results.
 * Possible for one SELECT from silver with COUNT, SUM, MIN, MAX and AVG over columns, grouped by
 * columns, where conditions compile to predicates; what stands around the aggregates, and HAVING,
 * stays with Beam SQL.
 */
final class Decomposition {

  private final SqlSelect select;
  private final String table;
  private final String alias;
  private final RecordSchema input;
  private final PredicateCompiler predicates;
  private final PartialColumns partials;
  private final List<Integer> groupFields = new ArrayList<>();
  private final List<@Nullable PlainResult> results = new ArrayList<>();

  private Decomposition(SqlSelect select, String table, String alias, RecordSchema input) {
    this.select = select;
    this.table = table;
    this.alias = alias;
    this.input = input;
    predicates = new PredicateCompiler(input, this::fieldOf);
    partials = new PartialColumns(input);
  }

  /**
   * @param query as written by the user, of a shape that {@link QueryShape} lets pass
   * @return empty where the query does not split, or is not valid
   */
  static Optional<PartialPlan> of(SqlNode query, String table, RecordSchema input) {
    if (!(query instanceof SqlSelect select) || select.getFrom() == null) {
      return Optional.empty();
    }
    SqlNode from = select.getFrom();
    String alias = table;
    if (from.getKind() == SqlKind.AS && ((SqlCall) from).operandCount() == 2) {
      alias = ((SqlIdentifier) ((SqlCall) from).operand(1)).getSimple();
      from = ((SqlCall) from).operand(0);
    }
    if (!(from instanceof SqlIdentifier name)
        || !name.isSimple()
        || !name.getSimple().equals(table)) {
      return Optional.empty();
    }
    Decomposition decomposition = new Decomposition(select, table, alias, input);
    try {
      return Optional.of(decomposition.split());
    } catch (UndividedException | CalciteContextException e) {
      // A literal that is no date, for example: the planner will say so, with its place.
      return Optional.empty();
    }
  }

  private int fieldOf(SqlIdentifier identifier) {
    if (identifier.isSimple()) {
      return input.indexOf(identifier.getSimple());
    }
    return identifier.names.size() == 2 && identifier.names.get(0).equals(alias)
        ? input.indexOf(identifier.names.get(1))
        : -1;
  }

  private PartialPlan split() {
    SqlNode condition = select.getWhere();
    RowPredicate where = condition == null ? null : compile(condition);
    SqlNodeList groupBy = select.getGroup();
    if (groupBy != null) {
      groupBy.forEach(this::addGroup);
    }
    List<SqlNode> items = new ArrayList<>();
    for (SqlNode item : select.getSelectList()) {
      SqlNode rewritten = item(item);
      results.add(result(item, rewritten));
      items.add(rewritten);
    }
    SqlNode having = operand(select.getHaving());
    if (partials.accumulators().isEmpty() && groupFields.isEmpty()) {
      throw new UndividedException();
    }
    SqlSelect merging = (SqlSelect) select.clone(select.getParserPosition());
    merging.setSelectList(new SqlNodeList(items, select.getSelectList().getParserPosition()));
    merging.setWhere(null);
    merging.setHaving(having);
    return plan(where, merging);
  }

  private PartialPlan plan(@Nullable RowPredicate where, SqlSelect merging) {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.required(partials.prefix() + "_start", FieldType.TIMESTAMP));
    fields.add(Field.optional(partials.prefix() + "_end", FieldType.TIMESTAMP));
    List<Field> types = new ArrayList<>();
    for (int group : groupFields) {
      Field field = input.fields().get(group);
      fields.add(new Field(field.name(), field.name(), field.type(), field.required()));
      types.add(field);
    }
    fields.addAll(partials.fields());
    types.addAll(partials.asColumns());
    return new PartialPlan(
        where,
        groupFields.stream().mapToInt(Integer::intValue).toArray(),
        partials.accumulators(),
        new RecordSchema(fields),
        QueryLowering.lower(merging, table, new RecordSchema(types)).sql(),
        table,
        plainResults(),
        keyColumns());
  }

  /** Where a gold row holds the GROUP BY columns, or null; see {@link PartialPlan}. */
  private @Nullable List<Integer> keyColumns() {
    List<Integer> columns = new ArrayList<>();
    for (int group = 0; group < groupFields.size(); group++) {
      int item = resultOf(PartialPlan.GROUP + group);
      if (select.isDistinct() || item < 0 || !isSameInGold(groupFields.get(group))) {
        return null;
      }
      columns.add(PartialPlan.GROUP + item);
    }
    return columns;
  }

  /** Position in the query's columns of one that is a column of the partial rows, or -1. */
  private int resultOf(int partial) {
    for (int i = 0; i < results.size(); i++) {
      PlainResult result = results.get(i);
      if (result != null && result.partial() == partial) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a value of silver can be told from its bytes in gold, where it may be wider. */
  private boolean isSameInGold(int field) {
    return switch (input.fields().get(field).type().kind()) {
      case STRING, BOOLEAN, INT, LONG, DATE -> true;
      default -> false;
    };
  }

  private static boolean isTime(FieldType type) {
    return type instanceof FieldType.TimestampType || type instanceof FieldType.TimeType;
  }

  private void addGroup(SqlNode node) {
    int field = node instanceof SqlIdentifier identifier ? fieldOf(identifier) : -1;
    if (field < 0 || !isGroupable(input.fields().get(field).type())) {
      throw new UndividedException();
    }
    if (!groupFields.contains(field)) {
      groupFields.add(field);
    }
  }

  private static boolean isGroupable(FieldType type) {
    return isPlain(type) && !(type instanceof FieldType.FloatType);
  }

  private static boolean isPlain(FieldType type) {
    return !(type instanceof FieldType.ObjectType) && !(type instanceof FieldType.ArrayType);
  }

  private RowPredicate compile(SqlNode condition) {
    return predicates.compile(condition).orElseThrow(UndividedException::new);
  }

  /** The columns of the result, if each is a column or an aggregate as it is; else null. */
  private @Nullable List<PlainResult> plainResults() {
    if (select.isDistinct() || select.getHaving() != null) {
      return null;
    }
    List<PlainResult> plain = new ArrayList<>();
    for (PlainResult result : results) {
      if (result == null) {
        return null;
      }
      plain.add(result);
    }
    return plain;
  }

  private @Nullable PlainResult result(SqlNode item, SqlNode rewritten) {
    boolean named = item.getKind() == SqlKind.AS;
    SqlNode expression = named ? ((SqlCall) rewritten).operand(0) : rewritten;
    String name = named ? ((SqlIdentifier) ((SqlCall) item).operand(1)).getSimple() : null;
    if (expression instanceof SqlIdentifier identifier) {
      int group = groupFields.indexOf(fieldOf(identifier));
      Field field = input.fields().get(groupFields.get(group));
      return new PlainResult(
          PartialPlan.GROUP + group,
          new Field(
              name == null ? field.name() : name,
              name == null ? field.name() : name,
              BeamTypes.inGold(field.type()),
              field.required()));
    }
    int index =
        expression instanceof SqlCall call
                && call.operandCount() == 1
                && call.operand(0) instanceof SqlIdentifier operand
                && operand.isSimple()
            ? partials.indexOf(operand.getSimple())
            : -1;
    if (index < 0 || name == null) {
      return null;
    }
    Accumulator accumulator = partials.accumulators().get(index);
    FieldType type =
        accumulator.field() < 0 ? FieldType.LONG : input.fields().get(accumulator.field()).type();
    boolean required =
        accumulator.kind() == Kind.COUNT
            || (!groupFields.isEmpty()
                && accumulator.filter() == null
                && input.fields().get(accumulator.field()).required());
    FieldType resultType =
        switch (accumulator.kind()) {
          case COUNT -> FieldType.LONG;
          case MIN, MAX -> BeamTypes.inGold(type);
          case SUM_LONG, SUM_DOUBLE, SUM_BIG -> OutputTypes.ofSum(type);
        };
    return new PlainResult(
        PartialPlan.GROUP + groupFields.size() + index,
        new Field(name, name, resultType, required));
  }

  private SqlNode item(SqlNode item) {
    if (item.getKind() == SqlKind.AS) {
      SqlCall as = (SqlCall) item;
      return SqlStdOperatorTable.AS.createCall(
          as.getParserPosition(), expression(as.operand(0), true), as.operand(1));
    }
    return expression(item, true);
  }

  /**
   * @param bare whether the node is a whole column of the result; within an expression Beam SQL
   *     must understand it
   */
  private SqlNode expression(SqlNode node, boolean bare) {
    if (node instanceof SqlIdentifier identifier) {
      int field = fieldOf(identifier);
      if (!groupFields.contains(field) || (!bare && isTime(input.fields().get(field).type()))) {
        throw new UndividedException();
      }
      return identifier;
    } else if (node instanceof SqlNodeList list) {
      List<@Nullable SqlNode> nodes = new ArrayList<>();
      for (SqlNode each : list) {
        nodes.add(operand(each));
      }
      return new SqlNodeList(nodes, list.getParserPosition());
    } else if (!(node instanceof SqlCall)) {
      return node;
    }
    SqlCall call = (SqlCall) node;
    if (call.isA(SqlKind.QUERY)) {
      throw new UndividedException();
    } else if (call.getKind() == SqlKind.FILTER) {
      return aggregate(
          call.operand(0), compile(call.operand(1)), SqlDialect.print(call.operand(1)), bare);
    } else if (isAggregate(call)) {
      return aggregate(call, null, "", bare);
    } else if (call instanceof SqlCase choice) {
      return new SqlCase(
          call.getParserPosition(),
          operand(choice.getValueOperand()),
          (SqlNodeList) expression(choice.getWhenOperands(), false),
          (SqlNodeList) expression(choice.getThenOperands(), false),
          operand(choice.getElseOperand()));
    }
    List<@Nullable SqlNode> operands = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      operands.add(operand(operand));
    }
    return call.getOperator()
        .createCall(
            call.getFunctionQuantifier(),
            call.getParserPosition(),
            operands.toArray(new SqlNode[0]));
  }

  private @Nullable SqlNode operand(@Nullable SqlNode node) {
    return node == null ? null : expression(node, false);
  }

  private static boolean isAggregate(SqlCall call) {
    return call.getOperator() instanceof SqlFunction
        && switch (SqlDialect.functionName(call)) {
          case "COUNT", "SUM", "MIN", "MAX", "AVG" -> true;
          default -> false;
        };
  }

  private SqlNode aggregate(
      SqlCall call, @Nullable RowPredicate filter, String filterText, boolean bare) {
    SqlParserPos position = call.getParserPosition();
    boolean countsRows =
        call.isCountStar()
            || (SqlDialect.functionName(call).equals("COUNT")
                && call.operandCount() == 1
                && call.operand(0) instanceof SqlNumericLiteral);
    int field = -1;
    if (!countsRows) {
      field =
          call.operandCount() == 1 && call.operand(0) instanceof SqlIdentifier identifier
              ? fieldOf(identifier)
              : -1;
      if (field < 0 || !isPlain(input.fields().get(field).type())) {
        throw new UndividedException();
      }
    }
    return switch (SqlDialect.functionName(call)) {
      case "COUNT" ->
          MergedAggregates.COUNT.createCall(
              position, partials.of(Kind.COUNT, field, filter, filterText, position));
      case "SUM" ->
          SqlStdOperatorTable.SUM.createCall(
              position, partials.sum(field, filter, filterText, position));
      case "AVG" ->
          MergedAggregates.AVERAGE.createCall(
              position,
              partials.averagedSum(field, filter, filterText, position),
              partials.of(Kind.COUNT, field, filter, filterText, position));
      default -> {
        if (!bare && isTime(input.fields().get(field).type())) {
          throw new UndividedException();
        }
        boolean min = SqlDialect.functionName(call).equals("MIN");
        SqlFunction extreme = min ? SqlStdOperatorTable.MIN : SqlStdOperatorTable.MAX;
        yield extreme.createCall(
            position, partials.of(min ? Kind.MIN : Kind.MAX, field, filter, filterText, position));
      }
    };
  }

  /** Says that the query does not split. */
  static final class UndividedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
