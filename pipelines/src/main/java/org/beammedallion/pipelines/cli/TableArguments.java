package org.beammedallion.pipelines.cli;

import java.util.NoSuchElementException;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.LakeLayout;
import org.beammedallion.pipelines.cycle.LakeTables;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What commands about one table have in common. */
final class TableArguments {

  @Mixin private PipelineArguments pipeline = new PipelineArguments();

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description = "such as silver.orders or gold.revenue_hourly")
  private String name = "";

  @Nullable private Table opened;

  PipelineArguments pipeline() {
    return pipeline;
  }

  String name() {
    return name;
  }

  boolean json() {
    return pipeline.output == PipelineArguments.Output.json;
  }

  LakeLayout lake() {
    return LakeLayout.of(pipeline.requiredLake())
        .withCatalog(CatalogOptions.read(pipeline.beamOptions()));
  }

  /**
   * The table; nothing of it is read yet.
   *
   * @throws UsageException where the pipeline has no table of that name
   */
  Table table() {
    if (opened == null) {
      try {
        opened = LakeTables.of(pipeline.definition(), lake()).named(name);
      } catch (NoSuchElementException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    return opened;
  }
}
