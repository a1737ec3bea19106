package org.beammedallion.pipelines.wiring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.beammedallion.quality.pipeline.AggregateSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.schema.ColumnName;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.beammedallion.transforms.sql.SqlDialect;
import org.beammedallion.transforms.star.FactPlan;
import org.beammedallion.transforms.star.FactQuery;

/** From the pipeline file's gold tables to queries that are checked against silver's schema. */
public final class Queries {

  private Queries() {}

  /**
   * The query of a gold table.
   *
   * @throws InvalidQueryException where the SQL cannot make the table; names it
   */
  public static WindowedQuery of(PipelineDefinition definition, AggregateSpec gold) {
    try {
      WindowedQuery query =
          WindowedQuery.of(
              definition.contract().object(),
              gold.sql(),
              rows(definition),
              definition.silver().eventTime(),
              gold.window());
      requireColumnNames(query.outputSchema(), definition.silver().format());
      return query;
    } catch (InvalidQueryException e) {
      throw e.of(gold.table(), gold.origin());
    }
  }

  /**
   * The query of a fact table.
   *
   * @throws InvalidQueryException where the SQL cannot make the table; names it
   */
  public static FactPlan of(PipelineDefinition definition, FactSpec fact) {
    try {
      FactPlan plan =
          FactQuery.plan(
              fact.sql(),
              definition.contract().object(),
              rows(definition),
              definition.silver().eventTime(),
              fact.dimensions().stream().map(DimensionTable::spec).toList());
      requireColumnNames(plan.output(), definition.silver().format());
      return plan;
    } catch (InvalidQueryException e) {
      throw e.of(fact.table(), fact.origin());
    }
  }

  private static void requireColumnNames(RecordSchema output, TableKind format) {
    Set<String> names = new HashSet<>();
    for (String name : output.names()) {
      if (!ColumnName.isSpelledRight(name)) {
        throw SqlDialect.invalid(
            "'"
                + name
                + "' cannot be a column's name: "
                + ColumnName.SPELLING
                + "; rename it with AS.");
      } else if (format == TableKind.ICEBERG && ColumnName.isIcebergMetadata(name)) {
        throw SqlDialect.invalid(
            "'" + name + "' is the name of a metadata column of Iceberg; rename it with AS.");
      } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw SqlDialect.invalid(
            "Column '"
                + name
                + "' differs from another only in case, and tables treat both as the same name; rename it with AS.");
      }
    }
  }

  /** What queries may believe of silver's rows: older ones may lack what is required by now. */
  private static RecordSchema rows(PipelineDefinition definition) {
    List<Field> fields = new ArrayList<>();
    for (Field field : definition.schema().fields()) {
      fields.add(
          new Field(field.name(), field.physicalName(), field.type(), false, field.formerNames()));
    }
    return new RecordSchema(fields);
  }
}
