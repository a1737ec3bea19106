package org.beammedallion.pipelines.wiring;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.Window;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.WindowSpec;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.sql.InvalidQueryException;
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
  public static WindowedQuery of(PipelineDefinition definition, GoldSpec gold) {
    try {
      return WindowedQuery.of(
          definition.object(),
          gold.sql(),
          rows(definition),
          definition.silver().eventTime(),
          window(gold.window()));
    } catch (InvalidQueryException e) {
      throw e.of(gold.table());
    }
  }

  /**
   * The query of a fact table.
   *
   * @throws InvalidQueryException where the SQL cannot make the table; names it
   */
  public static FactPlan of(PipelineDefinition definition, FactSpec fact) {
    try {
      return FactQuery.plan(
          fact.sql(),
          definition.object(),
          rows(definition),
          definition.silver().eventTime(),
          fact.dimensions().stream().map(DimensionTable::spec).toList());
    } catch (InvalidQueryException e) {
      throw e.of(fact.table());
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

  private static WindowSpec window(Window window) {
    if (window instanceof Window.Tumbling tumbling) {
      return WindowSpec.tumbling(tumbling.size());
    } else if (window instanceof Window.Sliding sliding) {
      return WindowSpec.sliding(sliding.size(), sliding.period());
    }
    return WindowSpec.session(((Window.Session) window).gap());
  }
}
