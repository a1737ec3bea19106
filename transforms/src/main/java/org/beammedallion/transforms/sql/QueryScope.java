package org.beammedallion.transforms.sql;

import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.QueryLowering.Column;
import org.jspecify.annotations.Nullable;

/**
 * What names mean in one SELECT.
 *
 * @param alias of the table that it reads
 */
record QueryScope(String alias, List<Column> columns) {

  QueryScope {
    columns = List.copyOf(columns);
  }

  String sql(Column column) {
    return QueryLowering.quoted(alias) + "." + QueryLowering.column(column.name());
  }

  /** The columns that a star means. */
  List<Column> all(SqlIdentifier star) {
    if (star.names.size() > 1 && !star.names.get(0).equals(alias)) {
      throw unknownTable(star.names.get(0), star);
    }
    return columns;
  }

  /**
   * @throws InvalidQueryException where there is no such column
   */
  Lowered column(SqlIdentifier name) {
    List<String> names = name.names;
    boolean qualified = names.size() > 1 && names.get(0).equals(alias);
    int at = qualified ? 1 : 0;
    Column column = find(names.get(at));
    if (column == null) {
      throw names.size() > 1 && !qualified
          ? unknownTable(names.get(0), name)
          : unknown(names.get(at), qualified, name);
    }
    StringBuilder sql = new StringBuilder(sql(column));
    FieldType type = column.type();
    for (String part : names.subList(at + 1, names.size())) {
      Field field =
          type instanceof FieldType.ObjectType object && object.schema().indexOf(part) >= 0
              ? object.schema().field(part)
              : null;
      if (field == null) {
        throw SqlDialect.invalid(
            "there is no field '"
                + part
                + "' in '"
                + name
                + "'"
                + (type instanceof FieldType.ObjectType object
                    ? DidYouMean.ending(part, object.schema().names())
                    : "; only objects have fields."),
            name);
      }
      sql.append('.').append(QueryLowering.column(part));
      type = field.type();
    }
    return Lowered.of(sql.toString(), type);
  }

  private @Nullable Column find(String name) {
    return columns.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }

  private InvalidQueryException unknownTable(String table, SqlIdentifier name) {
    return SqlDialect.invalid(
        "there is no table '" + table + "' in FROM; the only one is '" + alias + "'.", name);
  }

  private InvalidQueryException unknown(String column, boolean qualified, SqlIdentifier name) {
    List<String> known = columns.stream().map(Column::name).toList();
    String closest = DidYouMean.nearest(column, known);
    String missing =
        "there is no column '" + column + "'" + (qualified ? " in '" + alias + "'" : "");
    return SqlDialect.invalid(
        missing
            + (closest == null
                ? "; the columns are "
                    + String.join(", ", known)
                    + (qualified ? "." : ". Write a text in single quotes: '" + column + "'.")
                : "; did you mean '" + closest + "'?"),
        name);
  }
}
