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
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

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
      ExpressionLowering lowering = new ExpressionLowering(this::column);
      List<Lowered> selected =
          expressions.stream().map(each -> lower(lowering, each.expression())).toList();
      List<String> where = conditions.stream().map(lowering::condition).toList();
      RecordSchema columns =
          new RecordSchema(
              read.entrySet().stream()
                  .map(each -> Field.optional(each.getValue(), type(each.getKey())))
                  .toList());
      String sql = query(selected.stream().map(Lowered::sql).toList(), where);
      RelDataType planned = plan(sql, columns);
      List<Field> results = new ArrayList<>();
      for (int i = 0; i < expressions.size(); i++) {
        results.add(
            result(
                expressions.get(i),
                selected.get(i).type(),
                planned.getFieldList().get(i + 1).getType()));
      }
      return new RowExpressions(
          RowLayout.of(rows),
          read.keySet().stream().mapToInt(Integer::intValue).toArray(),
          columns,
          new RecordSchema(results),
          sql);
    }

    private static Lowered lower(ExpressionLowering lowering, SqlNode expression) {
      if (expression instanceof SqlCall call && AggregateLowering.isAggregate(call)) {
        throw SqlDialect.invalid(
            "An aggregate has no place among expressions over one row.", expression);
      }
      return lowering.lower(expression);
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

    private static RelDataType plan(String sql, RecordSchema columns) {
      RelNode planned = SqlDialect.plan(sql, TABLE, schema(columns));
      if (aggregates(planned)) {
        throw SqlDialect.invalid("An aggregate has no place among expressions over one row.");
      }
      return planned.getRowType();
    }

    private static boolean aggregates(RelNode planned) {
      return planned instanceof Aggregate
          || planned.getInputs().stream().anyMatch(Builder::aggregates);
    }

    private static Field result(Named named, @Nullable FieldType lowered, RelDataType planned) {
      FieldType type = lowered == null ? null : BeamTypes.resultType(lowered, named.expression());
      if (type == null) {
        throw SqlDialect.invalid(
            "Column '"
                + named.name()
                + (lowered == null
                    ? "' is NULL and has no type; write CAST(NULL AS …)."
                    : "' is an object, which a gold table cannot hold; select its parts or leave it out."),
            named.expression());
      }
      return new Field(named.name(), named.name(), type, !planned.isNullable());
    }

    private FieldType type(int field) {
      return rows.fields().get(field).type();
    }

    /** The column that Beam SQL is given in the place of a name. */
    private Lowered column(SqlIdentifier name) {
      Reference reference = names.find(name);
      FieldType type = type(reference.field());
      if (!BeamTypes.isUsable(type)) {
        throw SqlDialect.invalid(
            "Columns of arrays, and of objects that hold arrays or decimals, cannot be used in expressions; select "
                + name
                + " as it is.",
            name);
      }
      StringBuilder sql =
          new StringBuilder(TABLE)
              .append('.')
              .append(read.computeIfAbsent(reference.field(), field -> "column_" + field));
      for (String part : reference.inside()) {
        sql.append('.').append(QueryLowering.column(part));
        type = ((FieldType.ObjectType) type).schema().field(part).type();
      }
      return Lowered.of(sql.toString(), type);
    }
  }
}
