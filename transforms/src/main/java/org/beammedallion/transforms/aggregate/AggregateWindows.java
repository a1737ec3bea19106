package org.beammedallion.transforms.aggregate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.transforms.Select;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.BeamSchemas;
import org.beammedallion.transforms.row.EncodeRows;
import org.beammedallion.transforms.row.RowViews;
import org.beammedallion.transforms.window.TouchedWindows;

/**
 * Groups rows by windows of a timestamp that they hold, and aggregates each window by SQL, as the
 * gold tables of a pipeline are: a row for each group, with {@code window_start} and {@code
 * window_end}. Bounded; the timestamps of the elements do not matter. Rows are added up before they
 * travel.
 *
 * <pre>{@code
 * rows.apply(
 *     AggregateWindows.by(
 *         "SELECT country, SUM(amount) AS amount FROM orders GROUP BY country",
 *         "orders",
 *         new WindowSpec.Tumbling(Duration.ofHours(1)),
 *         "ordered_at"));
 * }</pre>
 */
public final class AggregateWindows extends PTransform<PCollection<Row>, PCollection<Row>> {

  private final String sql;
  private final String table;
  private final WindowSpec window;
  private final String eventTime;
  private final Map<String, DecimalType> decimals;

  private AggregateWindows(
      String sql,
      String table,
      WindowSpec window,
      String eventTime,
      Map<String, DecimalType> decimals) {
    this.sql = sql;
    this.table = table;
    this.window = window;
    this.eventTime = eventTime;
    this.decimals = Map.copyOf(decimals);
  }

  /**
   * @param sql what a gold table of a pipeline file may be: one SELECT with GROUP BY
   * @param table by which it calls the rows
   * @param eventTime field with a timestamp or a date, null in no row
   */
  public static AggregateWindows by(String sql, String table, WindowSpec window, String eventTime) {
    return new AggregateWindows(sql, table, window, eventTime, Map.of());
  }

  /** Digits of a field of type DECIMAL, which Beam's schema does not tell. */
  public AggregateWindows withDecimal(String field, int precision, int scale) {
    Map<String, DecimalType> more = new HashMap<>(decimals);
    more.put(field, new DecimalType(precision, scale));
    return new AggregateWindows(sql, table, window, eventTime, more);
  }

  /**
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where the query is none; says
   *     where and why
   * @throws IllegalArgumentException where the rows lack a field, or are unbounded
   */
  @Override
  public PCollection<Row> expand(PCollection<Row> rows) {
    if (rows.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "AggregateWindows takes bounded rows. Use SqlTransform in windows of your own for a stream.");
    }
    RecordSchema schema = BeamSchemas.recordSchema(rows.getSchema(), decimals, List.of(eventTime));
    WindowedQuery query = WindowedQuery.of(table, sql, schema, schema.indexOf(eventTime), window);
    String[] needed = query.inputSchema().fields().stream().map(Field::name).toArray(String[]::new);
    RowViews views = RowViews.of(query.outputSchema());
    return rows.apply("Columns", Select.fieldNames(needed))
        .apply("Encode", EncodeRows.of(query.inputSchema()))
        .apply("Aggregate", AggregateBySql.of(query, TouchedWindows.all(window)))
        .apply("Open", ParDo.of(new OpenFn(views)))
        .setRowSchema(views.beamSchema());
  }

  private static final class OpenFn extends DoFn<byte[], Row> {
    private final RowViews views;

    OpenFn(RowViews views) {
      this.views = views;
    }

    @ProcessElement
    public void process(@Element byte[] row, OutputReceiver<Row> output) {
      output.output(views.view(row, 0, row.length));
    }
  }
}
