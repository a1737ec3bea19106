package org.beammedallion.transforms.star;

import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.sql.Failing;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.sql.RowExpressions;
import org.beammedallion.transforms.sql.RowOpener;
import org.beammedallion.transforms.sql.RowSealer;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of wide rows by Beam SQL: takes encoded rows of {@link FactPlan#wide}, gives encoded
 * rows of {@link FactPlan#output}, without those that the query's condition refuses. Columns that
 * are taken as they are do not go through Beam SQL.
 */
public final class ComputeFacts extends PTransform<PCollection<byte[]>, PCollection<byte[]>> {

  private final FactPlan plan;
  private final RowExpressions expressions;

  private ComputeFacts(FactPlan plan, RowExpressions expressions) {
    this.plan = plan;
    this.expressions = expressions;
  }

  /**
   * @param expressions those of the plan
   */
  public static ComputeFacts of(FactPlan plan, RowExpressions expressions) {
    return new ComputeFacts(plan, expressions);
  }

  @Override
  public PCollection<byte[]> expand(PCollection<byte[]> wide) {
    PCollection<Row> rows =
        wide.apply("OpenRows", ParDo.of(new OpenFn(expressions)))
            .setRowSchema(expressions.schema());
    return PCollectionTuple.of(new TupleTag<>(RowExpressions.TABLE), rows)
        .apply("RunSql", SqlDialect.transform(expressions.sql(), Failing.at(place(plan))))
        .apply("CloseRows", ParDo.of(new CloseFn(plan)))
        .setCoder(ByteArrayCoder.of());
  }

  /** Of which time the row is that an expression cannot be evaluated of. */
  private static Failing.Place place(FactPlan plan) {
    return (row, window) ->
        row == null
            ? "for a row"
            : "for the row of " + plan.eventTimeOf(RowExpressions.encodedRow(row));
  }

  private static final class OpenFn extends DoFn<byte[], Row> {
    private final RowExpressions expressions;
    private transient Schema schema;
    private transient RowOpener opener;

    OpenFn(RowExpressions expressions) {
      this.expressions = expressions;
    }

    @Setup
    public void setup() {
      schema = expressions.schema();
      opener = expressions.opener();
    }

    @ProcessElement
    public void process(@Element byte[] wide, OutputReceiver<Row> rows) {
      List<@Nullable Object> values = opener.values(wide, 0);
      values.add(wide);
      rows.output(Row.withSchema(schema).attachValues(values));
    }
  }

  private static final class CloseFn extends DoFn<Row, byte[]> {
    private final FactPlan plan;
    private transient RowBuilder builder;
    private transient RowSealer sealer;

    CloseFn(FactPlan plan) {
      this.plan = plan;
    }

    @Setup
    public void setup() {
      builder = new RowBuilder(1 << 10);
      sealer = new RowSealer(plan.output(), builder);
    }

    @ProcessElement
    public void process(@Element Row results, OutputReceiver<byte[]> facts) {
      byte[] wide = RowExpressions.encodedRow(results);
      builder.truncate(0);
      int target = plan.project(sealer.layout(), wide, 0, builder);
      try {
        plan.compute(results, sealer, target);
      } catch (ArithmeticException e) {
        throw new QueryFailedException(
            "for the row of " + plan.eventTimeOf(wide), String.valueOf(e.getMessage()));
      }
      facts.output(Arrays.copyOf(builder.bytes(), builder.length()));
    }
  }
}
