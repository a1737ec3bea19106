package org.beammedallion.pipelines.maintain;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.row.RowViews;
import org.jspecify.annotations.Nullable;

/** The rows of a table at a version, one by one, in no order that is promised. */
public final class TableRows {

  private final Table table;
  private final TableSnapshot snapshot;
  private final RecordSchema columns;

  private TableRows(Table table, TableSnapshot snapshot, RecordSchema columns) {
    this.table = table;
    this.snapshot = snapshot;
    this.columns = columns;
  }

  /**
   * @param columns that are wanted, in their order; all where empty
   * @throws NoSuchElementException where there is no such column; says which was probably meant
   */
  public static TableRows of(Table table, TableSnapshot snapshot, List<String> columns)
      throws IOException {
    RecordSchema all = table.fileRules().relaxed(table.layout().columns());
    List<Field> wanted = new ArrayList<>();
    for (String name : columns) {
      int index = all.indexOf(name);
      if (index < 0) {
        String nearest = DidYouMean.nearest(name, all.names());
        throw new NoSuchElementException(
            "The table has no column '"
                + name
                + "'."
                + (nearest == null
                    ? " Its columns are " + String.join(", ", all.names()) + "."
                    : " Did you mean " + nearest + "?"));
      }
      wanted.add(all.fields().get(index));
    }
    return new TableRows(table, snapshot, wanted.isEmpty() ? all : new RecordSchema(wanted));
  }

  public List<String> columns() {
    return columns.names();
  }

  /** Takes a row. */
  public interface Visitor {
    void visit(Map<String, @Nullable Object> row) throws IOException;
  }

  /**
   * Hands out rows.
   *
   * @param visitor takes values by column: text, numbers, booleans, lists and maps; dates and times
   *     as text
   * @return how many
   */
  public long forEach(long limit, Visitor visitor) throws IOException {
    RowViews views = RowViews.of(columns);
    long rows = 0;
    for (DataFile file : snapshot.files()) {
      if (rows >= limit) {
        break;
      }
      rows += read(file, views, limit - rows, visitor);
    }
    return rows;
  }

  private long read(DataFile file, RowViews views, long limit, Visitor visitor) throws IOException {
    long rows = 0;
    try (RowParquetReader reader = RowParquetReader.open(table.uri(), file, columns, false)) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count() && rows < limit; i++, rows++) {
          visitor.visit(values(views.view(block.bytes(), block.row(i), block.length(i))));
        }
        if (rows == limit) {
          break;
        }
      }
    } catch (FileNotFoundException e) {
      throw new TableException(
          "Version "
              + snapshot.version()
              + " of '"
              + table.uri()
              + "' cannot be read any more: its file '"
              + file.path()
              + "' was removed. Read a later version.",
          e);
    }
    return rows;
  }

  private static Map<String, @Nullable Object> values(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      values.put(row.getSchema().getField(i).getName(), value(row.getValue(i)));
    }
    return values;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Row row) {
      return values(row);
    } else if (value instanceof Iterable<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(value(element)));
      return elements;
    } else if (value == null
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof String) {
      return value;
    }
    return value.toString();
  }
}
