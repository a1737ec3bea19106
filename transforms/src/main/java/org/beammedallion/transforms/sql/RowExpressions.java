package org.beammedallion.transforms.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.core.Aggregate;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Scalar expressions of SQL over encoded rows, and a condition that the rows must meet, as a query
 * of Beam SQL: it is asked about rows of the columns that the expressions read and of the encoded
 * row itself, and gives the encoded row and the results. Immutable.
 */
public final class RowExpressions implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The table that {@link #sql} reads. */
  public static final String TABLE = "encoded_rows";

  private static final String ROW = "encoded_row";

  private final RowLayout rows;
  private final int[] read;
  private final RecordSchema columns;
  private final RecordSchema results;
  private final String sql;

  private RowExpressions(
      RowLayout rows, int[] read, RecordSchema columns, RecordSchema results, String sql) {
    this.rows = rows;
    this.read = read;
    this.columns = columns;
    this.results = results;
    this.sql = sql;
  }

  /** An expression and what its result is called. */
  public record Named(String name, SqlNode expression) {}

  /**
   * A column that an expression names.
   *
   * @param field position in the rows' schema
   * @param inside names of the fields on the way from it to what is meant; empty for the column
   *     itself
   */
  public record Reference(int field, List<String> inside) {
    public Reference {
      inside = List.copyOf(inside);
    }
  }

  /** Finds the column that a name means. */
  @FunctionalInterface
  public interface Names {
    /**
     * @throws InvalidQueryException where there is none
     */
    Reference find(SqlIdentifier name);
  }

  /**
   * @param rows schema of the encoded rows
   * @param conditions all of which a row must meet to have results
   * @throws InvalidQueryException where Beam SQL cannot evaluate them; says where and why
   */
  public static RowExpressions of(
      RecordSchema rows, List<Named> expressions, List<SqlNode> conditions, Names names) {
    return new Builder(rows, names).build(expressions, conditions);
  }

  /** Names and types of the results. */
  public RecordSchema results() {
    return results;
  }

  /** The query over {@link #TABLE}: first the encoded row, then the results. */
  public String sql() {
    return sql;
  }

  /** The schema of the rows that Beam SQL is given. */
  public Schema schema() {
    return schema(columns);
  }

  private static Schema schema(RecordSchema columns) {
    return Schema.builder()
        .addFields(BeamTypes.schema(columns).getFields())
        .addByteArrayField(ROW)
        .build();
  }

  /** The encoded row that a row of {@link #schema}, or of the query's results, carries. */
  public static byte[] encodedRow(Row row) {
    return Objects.requireNonNull(row.getBytes(ROW), ROW);
  }

  /** Opens encoded rows for Beam SQL; the last value, the row itself, is still to be added. */
  public RowOpener opener() {
    return new RowOpener(rows, read, schema());
  }

  private static final class Builder {
    private final RecordSchema rows;
    private final Names names;
    private final Map<Integer, String> read = new LinkedHashMap<>();

    Builder(RecordSchema rows, Names names) {
      this.rows = rows;
      this.names = names;
    }

    RowExpressions build(List<Named> expressions, List<SqlNode> conditions) {
      List<String> selected = new ArrayList<>();
      expressions.forEach(each -> selected.add(print(each.expression())));
      List<String> where = conditions.stream().map(this::print).toList();
      RecordSchema columns =
          new RecordSchema(
              read.entrySet().stream()
                  .map(each -> Field.optional(each.getValue(), type(each.getKey())))
                  .toList());
      String sql = query(selected, where);
      List<SqlNode> places = new ArrayList<>(conditions);
      expressions.forEach(each -> places.add(each.expression()));
      RelDataType planned = plan(sql, columns, places);
      List<Field> results = new ArrayList<>();
      for (int i = 0; i < expressions.size(); i++) {
        results.add(result(expressions.get(i), planned.getFieldList().get(i + 1).getType()));
      }
      return new RowExpressions(
          RowLayout.of(rows),
          read.keySet().stream().mapToInt(Integer::intValue).toArray(),
          columns,
          new RecordSchema(results),
          sql);
    }

    private static String query(List<String> selected, List<String> where) {
      StringBuilder sql = new StringBuilder("SELECT ").append(TABLE).append('.').append(ROW);
      for (int i = 0; i < selected.size(); i++) {
        sql.append(", ").append(selected.get(i)).append(" AS result_").append(i);
      }
      sql.append(" FROM ").append(TABLE);
      if (!where.isEmpty()) {
        sql.append(where.stream().collect(Collectors.joining(") AND (", " WHERE (", ")")));
      }
      return sql.toString();
    }

    private RelDataType plan(String sql, RecordSchema columns, List<SqlNode> places) {
      try {
        RelNode planned = SqlDialect.plan(sql, TABLE, schema(columns));
        if (aggregates(planned)) {
          throw SqlDialect.invalid("An aggregate has no place among expressions over one row.");
        }
        return planned.getRowType();
      } catch (InvalidQueryException fault) {
        throw located(fault, columns, places);
      }
    }

    private static boolean aggregates(RelNode planned) {
      return planned instanceof Aggregate
          || planned.getInputs().stream().anyMatch(Builder::aggregates);
    }

    /**
     * The planner tells places of our query, not of the user's: the expression at fault is found.
     */
    private InvalidQueryException located(
        InvalidQueryException fault, RecordSchema columns, List<SqlNode> places) {
      for (SqlNode place : places) {
        try {
          SqlDialect.plan(query(List.of(print(place)), List.of()), TABLE, schema(columns));
        } catch (InvalidQueryException found) {
          return SqlDialect.invalid(found.reason(), place);
        }
      }
      return SqlDialect.invalid(fault.reason());
    }

    private Field result(Named named, RelDataType planned) {
      FieldType type = BeamTypes.fieldType(planned, named.expression());
      if (type == null) {
        throw SqlDialect.invalid(
            "Column '"
                + named.name()
                + "' has the type "
                + planned
                + ", which a gold table cannot hold; select its parts or leave it out.",
            named.expression());
      }
      return new Field(named.name(), named.name(), type, !planned.isNullable());
    }

    private FieldType type(int field) {
      return rows.fields().get(field).type();
    }

    private String print(SqlNode expression) {
      SqlNode rewritten =
          QueryRewrite.rewrite(RoundingCasts.in(expression)).accept(new ColumnNames());
      return SqlDialect.print(rewritten == null ? expression : rewritten);
    }

    /** Puts the columns that Beam SQL is given in the place of names. */
    private final class ColumnNames extends SqlShuttle {
      @Override
      public SqlNode visit(SqlIdentifier name) {
        SqlParserPos place = name.getParserPosition();
        Reference reference = names.find(name);
        FieldType type = type(reference.field());
        if (!BeamTypes.isUsable(type)) {
          throw SqlDialect.invalid(
              "Columns of arrays, and of objects that hold arrays or decimals, cannot be used in expressions; select "
                  + name
                  + " as it is.",
              name);
        }
        String column = read.computeIfAbsent(reference.field(), field -> "column_" + field);
        List<String> path = new ArrayList<>(List.of(TABLE, column));
        path.addAll(reference.inside());
        SqlIdentifier given = new SqlIdentifier(path, place);
        return type instanceof DecimalType decimal ? scaled(given, decimal) : given;
      }

      /** Beam SQL takes decimals for whole numbers where it is not told their scale. */
      private static SqlNode scaled(SqlIdentifier column, DecimalType type) {
        SqlParserPos place = column.getParserPosition();
        DecimalType wide = QueryRewrite.widened(type);
        return SqlStdOperatorTable.CAST.createCall(
            place,
            column,
            new SqlDataTypeSpec(
                new SqlBasicTypeNameSpec(
                    SqlTypeName.DECIMAL, wide.precision(), wide.scale(), place),
                place));
      }
    }
  }
}
