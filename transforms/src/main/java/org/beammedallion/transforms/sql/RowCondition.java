package org.beammedallion.transforms.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.jspecify.annotations.Nullable;

/**
 * A condition that a person writes over the columns of rows, as what stands behind WHERE. It can do
 * what {@link PredicateCompiler} can. Immutable.
 */
public final class RowCondition {

  private static final String ABILITIES =
      "A condition compares a column with a value (=, <>, <, <=, >, >=, BETWEEN, IN, LIKE with %, IS NULL); AND, OR and NOT"
          + " join several. A text is written 'so', a time TIMESTAMP '2026-11-05 12:00:00', a date DATE '2026-11-05'.";

  private final SqlNode node;
  private final Set<String> columns;

  private RowCondition(SqlNode node, Set<String> columns) {
    this.node = node;
    this.columns = columns;
  }

  /**
   * Reads a condition.
   *
   * @param schema of the rows; a column whose name is a word of SQL need not be quoted
   * @throws InvalidQueryException where it is no condition, or not one over these columns; says
   *     what is wrong and which columns there are
   */
  public static RowCondition parse(String condition, RecordSchema schema) {
    SqlNode node = SqlDialect.parseCondition(ColumnQuotes.add(condition, schema.names()));
    Set<String> columns = new LinkedHashSet<>();
    node.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlIdentifier name) {
            columns.add(require(name, schema));
            return null;
          }
        });
    RowCondition parsed = new RowCondition(node, columns);
    parsed.compile(schema);
    return parsed;
  }

  private static String require(SqlIdentifier name, RecordSchema schema) {
    String first = name.names.get(0);
    if (schema.indexOf(first) < 0) {
      String nearest = DidYouMean.nearest(first, schema.names());
      throw SqlDialect.invalid(
          "There is no column '"
              + first
              + "'"
              + (nearest == null ? "." : "; did you mean '" + nearest + "'?")
              + " The columns are "
              + String.join(", ", schema.names())
              + ".",
          name);
    } else if (!name.isSimple()) {
      throw SqlDialect.invalid(
          "'" + name + "' lies inside the column '" + first + "', which cannot be compared.", name);
    }
    return first;
  }

  /** Names of the columns that it looks at. */
  public Set<String> columns() {
    return Set.copyOf(columns);
  }

  /**
   * The predicate on encoded rows.
   *
   * @param schema of the rows, with all {@link #columns}
   */
  public RowPredicate compile(RecordSchema schema) {
    PredicateCompiler compiler =
        new PredicateCompiler(
            schema, name -> name.isSimple() ? schema.indexOf(name.getSimple()) : -1);
    return compiler.compile(node).orElseThrow(() -> tooMuch(node, compiler));
  }

  /** Names the smallest part that cannot be compiled. */
  private static InvalidQueryException tooMuch(SqlNode node, PredicateCompiler compiler) {
    if (node instanceof SqlCall call
        && List.of(SqlKind.AND, SqlKind.OR, SqlKind.NOT).contains(call.getKind())) {
      for (SqlNode operand : call.getOperandList()) {
        if (compiler.compile(operand).isEmpty()) {
          return tooMuch(operand, compiler);
        }
      }
    }
    return SqlDialect.invalid(
        "'" + SqlDialect.print(node).replace("`", "") + "' cannot be evaluated. " + ABILITIES,
        node);
  }
}
