package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.util.NoSuchElementException;
import org.beammedallion.io.publish.Publication;
import org.beammedallion.io.publish.PublishedNames;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.LakeLayout;
import org.beammedallion.pipelines.cycle.LakeTables;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What commands about one table have in common. */
final class TableArguments {

  @Mixin private PipelineArguments pipeline = new PipelineArguments();

  private static final String PUBLISHED = "published.";

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description = "such as silver.orders, gold.revenue_hourly or published.orders")
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
  Table table() throws IOException {
    if (opened == null) {
      if (name.startsWith(PUBLISHED)) {
        name = published(name.substring(PUBLISHED.length()));
      }
      try {
        opened = LakeTables.of(pipeline.definition(), lake()).named(name);
      } catch (NoSuchElementException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    return opened;
  }

  /** The table that a stable name stands for. */
  private String published(String stable) throws IOException {
    Publication publication =
        new PublishedNames(lake().published())
            .find(stable)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Nothing is published as '"
                            + stable
                            + "' in "
                            + lake().root()
                            + ". `medallion publish` does so."));
    String pipelineName = pipeline.definition().name();
    if (!publication.pipeline().equals(pipelineName)) {
      throw new UsageException(
          "published."
              + stable
              + " is "
              + publication.table()
              + " of pipeline "
              + publication.pipeline()
              + ", and the pipeline file is that of "
              + pipelineName
              + ". Name the other one.");
    }
    return publication.table();
  }
}
