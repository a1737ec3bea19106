package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import org.beammedallion.io.progress.LakeFormat;
import org.beammedallion.io.publish.Publication;
import org.beammedallion.io.publish.PublishedNames;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.yaml.Document;
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
  @Nullable private PipelineDefinition definition;
  @Nullable private Document pipelineFile;

  PipelineArguments pipeline() {
    return pipeline;
  }

  String name() {
    return name;
  }

  boolean json() {
    return pipeline.output == PipelineArguments.Output.json;
  }

  /** What to say where the table is not there. */
  String absence() {
    return name + " is not there yet, in the lake " + lake().root() + ".";
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
        follow(name.substring(PUBLISHED.length()));
      }
      LakeFormat.require(lake().progress(definition().name()));
      try {
        opened = TableJobs.of(definition(), lake()).named(name);
      } catch (NoSuchElementException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    return opened;
  }

  /** The pipeline that writes the table: the one that was named, or that of a published name. */
  PipelineDefinition definition() {
    if (definition == null) {
      definition = pipeline.definition();
    }
    return definition;
  }

  /** Its file. */
  Document pipelineFile() {
    return pipelineFile == null ? pipeline.document() : pipelineFile;
  }

  /** Goes on with the table that a stable name stands for, whichever pipeline writes it. */
  private void follow(String stable) throws IOException {
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
    if (!publication.pipeline().equals(definition().name())) {
      followPipeline(publication);
    }
    name = publication.table();
  }

  private void followPipeline(Publication publication) {
    String file = publication.pipelineFile();
    for (Document place : file == null ? List.<Document>of() : places(StoredDocument.of(file))) {
      if (!place.isMissing()) {
        PipelineDefinition writer = PipelineDefinition.load(place, null);
        if (writer.name().equals(publication.pipeline())) {
          definition = writer;
          pipelineFile = place;
          return;
        }
      }
    }
    throw new UsageException(
        "published."
            + publication.name()
            + " is "
            + publication.table()
            + " of pipeline "
            + publication.pipeline()
            + ", and the pipeline file is that of "
            + definition().name()
            + ". Name the other one"
            + (file == null
                ? "."
                : "; it is neither beside this one nor at '" + file + "', where it was."));
  }

  /**
   * Where a pipeline file may be: beside the one that was named, for both may have been copied to
   * another place or machine; or where it was when the name was published.
   */
  private List<Document> places(Document published) {
    return List.of(pipeline.document().resolve(published.name()), published);
  }
}
