package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.BeamTypes;
import org.beammedallion.transforms.sql.QueryLowering;
import org.beammedallion.transforms.sql.QueryLowering.Column;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/** The columns of a gold table: the window's bounds and what the query gives. */
final class OutputTypes {

  static final String WINDOW_START = "window_start";
  static final String WINDOW_END = "window_end";

  /** Digits that a sum may have more than what is added up: ten billion rows. */
  private static final int SUM_DIGITS = 10;

  private OutputTypes() {}

  /**
   * @param lowered names and types of what the query gives
   * @param planned which of them can be NULL
   */
  static RecordSchema of(
      SqlNode query, List<Column> lowered, RelDataType planned, RecordSchema silver) {
    List<@Nullable FieldType> plain = plainTypes(query, lowered.size(), silver);
    List<Field> columns = new ArrayList<>();
    for (int i = 0; i < lowered.size(); i++) {
      String name = lowered.get(i).name();
      if (name.startsWith(QueryLowering.UNNAMED)) {
        throw SqlDialect.invalid(
            "Column " + (i + 1) + " of the query has no name; give it one with AS.", query);
      }
      FieldType type = plain.get(i);
      columns.add(
          new Field(
              name,
              name,
              type == null ? type(lowered.get(i), query) : type,
              !planned.getFieldList().get(i).getType().isNullable()));
    }
    return of(query, columns);
  }

  static RecordSchema of(SqlNode query, List<Field> columns) {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.required(WINDOW_START, FieldType.TIMESTAMP));
    fields.add(Field.required(WINDOW_END, FieldType.TIMESTAMP));
    Set<String> names = new HashSet<>(Set.of(WINDOW_START, WINDOW_END));
    for (Field column : columns) {
      if (!names.add(column.name())) {
        throw SqlDialect.invalid(
            "Column '"
                + column.name()
                + "' appears twice in the gold table, to which window_start and window_end are"
                + " added; rename it with AS.",
            query);
      }
      fields.add(column);
    }
    return new RecordSchema(fields);
  }

  /** The type in gold of the sum of a column of silver. */
  static FieldType ofSum(FieldType type) {
    return type instanceof DecimalType decimal
        ? FieldType.decimal(
            Math.min(decimal.precision() + SUM_DIGITS, DecimalType.MAX_PRECISION), decimal.scale())
        : BeamTypes.inGold(type);
  }

  private static FieldType type(Column column, SqlNode query) {
    FieldType type = BeamTypes.resultType(column.type(), query);
    if (type == null) {
      throw SqlDialect.invalid(
          "Column '"
              + column.name()
              + "' is an object, which a gold table cannot hold; select its parts or leave it out.",
          query);
    }
    return type;
  }

  /**
   * The exact types of decimals that are silver's columns, or their sum, least or greatest; for
   * Beam SQL knows no precision.
   */
  private static List<@Nullable FieldType> plainTypes(
      SqlNode query, int columns, RecordSchema silver) {
    List<@Nullable FieldType> types = new ArrayList<>();
    if (query instanceof SqlSelect select
        && isTable(select.getFrom())
        && select.getSelectList().size() == columns) {
      for (SqlNode item : select.getSelectList()) {
        SqlNode expression = item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(0) : item;
        types.add(plainType(expression, silver));
      }
    }
    while (types.size() < columns) {
      types.add(null);
    }
    return types;
  }

  private static boolean isTable(@Nullable SqlNode from) {
    return from instanceof SqlIdentifier
        || (from != null
            && from.getKind() == SqlKind.AS
            && ((SqlCall) from).operand(0) instanceof SqlIdentifier);
  }

  private static @Nullable FieldType plainType(SqlNode expression, RecordSchema silver) {
    if (expression instanceof SqlIdentifier identifier && !identifier.isStar()) {
      int field = silver.indexOf(identifier.names.get(identifier.names.size() - 1));
      return field >= 0 && silver.fields().get(field).type() instanceof DecimalType decimal
          ? decimal
          : null;
    } else if (expression.getKind() == SqlKind.CAST) {
      return BeamTypes.castTo(expression);
    } else if (expression.getKind() == SqlKind.FILTER) {
      return plainType(((SqlCall) expression).operand(0), silver);
    } else if (expression instanceof SqlCall call
        && call.operandCount() == 1
        && call.operand(0) instanceof SqlIdentifier operand
        && plainType(operand, silver) instanceof DecimalType decimal) {
      return switch (SqlDialect.functionName(call)) {
        case "MIN", "MAX" -> decimal;
        case "SUM" -> ofSum(decimal);
        default -> null;
      };
    }
    return null;
  }
}
