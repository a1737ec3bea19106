package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.Accumulator.Kind;
import org.beammedallion.transforms.aggregate.Decomposition.UndividedException;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.RowPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The columns that hold partial results of a query, each with what adds it up. Equal ones are one
 * column. Not thread-safe.
 */
final class PartialColumns {

  /** The bits of a group's state tell which accumulators saw a value. */
  private static final int MAX_ACCUMULATORS = 64;

  /** Tells sums for averages from others: of whole numbers, they may exceed 64 bits. */
  private static final String AVERAGED = "averaged ";

  private static final FieldType AVERAGED_SUM = FieldType.decimal(DecimalType.MAX_PRECISION, 0);

  private final RecordSchema input;
  private final String prefix;
  private final Map<String, Integer> known = new HashMap<>();
  private final List<Accumulator> accumulators = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();

  /**
   * @param input what the query reads, none of whose columns has the name of a partial result
   */
  PartialColumns(RecordSchema input) {
    this.input = input;
    String free = "partial";
    while (hasPrefix(input, free)) {
      free += "_";
    }
    prefix = free;
  }

  private static boolean hasPrefix(RecordSchema schema, String prefix) {
    return schema.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** What the names of the columns begin with, and of no column of the input. */
  String prefix() {
    return prefix;
  }

  List<Accumulator> accumulators() {
    return Collections.unmodifiableList(accumulators);
  }

  /** The columns as they travel, in the order of the accumulators. */
  List<Field> fields() {
    return Collections.unmodifiableList(fields);
  }

  /** To the query a partial result is of its column's type, whatever it travels as. */
  List<Field> asColumns() {
    List<Field> columns = new ArrayList<>();
    for (int i = 0; i < accumulators.size(); i++) {
      Accumulator accumulator = accumulators.get(i);
      columns.add(
          Field.optional(
              fields.get(i).name(),
              accumulator.kind() == Kind.COUNT
                  ? FieldType.LONG
                  : input.fields().get(accumulator.field()).type()));
    }
    return columns;
  }

  /** Position of a column among the partial results, or -1. */
  int indexOf(String name) {
    return fields.stream().map(Field::name).toList().indexOf(name);
  }

  /** The column of a sum. */
  SqlNode sum(int field, @Nullable RowPredicate filter, String filterText, SqlParserPos position) {
    return of(sumOf(field), field, filter, filterText, position);
  }

  /** The column of a sum that is divided by a count. */
  SqlNode averagedSum(
      int field, @Nullable RowPredicate filter, String filterText, SqlParserPos position) {
    return of(sumOf(field), field, filter, AVERAGED + filterText, position);
  }

  private Kind sumOf(int field) {
    return switch (Storage.of(input.fields().get(field).type())) {
      case INT, LONG -> Kind.SUM_LONG;
      case FLOAT, DOUBLE -> Kind.SUM_DOUBLE;
      case BIG_DECIMAL -> Kind.SUM_BIG;
      default -> throw new UndividedException();
    };
  }

  /**
   * The column that holds a partial result.
   *
   * @param field of the input, or -1 for rows
   * @param filter which rows count; null for all
   * @param filterText tells filters apart
   */
  SqlNode of(
      Kind kind,
      int field,
      @Nullable RowPredicate filter,
      String filterText,
      SqlParserPos position) {
    // A column that cannot be null counts as many as there are rows.
    int counted =
        kind == Kind.COUNT && field >= 0 && input.fields().get(field).required() ? -1 : field;
    Integer index =
        known.computeIfAbsent(
            kind + " " + counted + " " + filterText,
            key -> newAccumulator(kind, counted, filter, filterText.startsWith(AVERAGED)));
    return new SqlIdentifier(fields.get(index).name(), position);
  }

  private int newAccumulator(
      Kind kind, int field, @Nullable RowPredicate filter, boolean averaged) {
    int index = accumulators.size();
    if (index == MAX_ACCUMULATORS) {
      throw new UndividedException();
    }
    Storage storage = field < 0 ? Storage.LONG : Storage.of(input.fields().get(field).type());
    accumulators.add(new Accumulator(kind, field, storage, filter));
    String name = prefix + "_" + index;
    fields.add(
        kind == Kind.COUNT
            ? Field.required(name, FieldType.LONG)
            : Field.optional(name, partialType(kind, input.fields().get(field).type(), averaged)));
    return index;
  }

  private static FieldType partialType(Kind kind, FieldType type, boolean averaged) {
    return switch (kind) {
      case SUM_LONG, SUM_BIG ->
          type instanceof DecimalType decimal
              ? FieldType.decimal(DecimalType.MAX_PRECISION, decimal.scale())
              : averaged ? AVERAGED_SUM : FieldType.LONG;
      case SUM_DOUBLE -> FieldType.DOUBLE;
      default -> type;
    };
  }
}
