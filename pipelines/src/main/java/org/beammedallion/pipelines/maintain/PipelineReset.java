package org.beammedallion.pipelines.maintain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;

/**
 * Forgets a pipeline as a whole: its tables, bronze, quarantine and progress log. What other
 * pipelines have written is never touched. A reset that was interrupted is completed by the next
 * one.
 */
public final class PipelineReset {

  private static final String BEGUN = "/reset.json";

  private final PipelineDefinition definition;
  private final LakeLayout lake;

  private PipelineReset(PipelineDefinition definition, LakeLayout lake) {
    this.definition = definition;
    this.lake = lake;
  }

  public static PipelineReset of(PipelineDefinition definition, LakeLayout lake) {
    return new PipelineReset(definition, lake);
  }

  /**
   * A folder that goes.
   *
   * @param what it holds, such as {@code silver.orders}
   */
  public record Part(String what, String folder, long files, long bytes) {}

  /**
   * What goes; none where there is nothing of the pipeline.
   *
   * @throws IllegalArgumentException where a table holds what another pipeline has written, or its
   *     format keeps it in a catalog
   */
  public List<Part> parts() throws IOException {
    Map<String, String> folders = new LinkedHashMap<>();
    boolean begun =
        Storage.of(lake.root()).stat(lake.progress(definition.name()) + BEGUN).isPresent();
    for (Map.Entry<String, Table> table : Tables.byName(definition, lake).entrySet()) {
      try {
        requireOwn(table.getKey(), table.getValue());
      } catch (IOException e) {
        // The log of a table may be half gone where a reset was interrupted.
        if (!begun) {
          throw e;
        }
      }
      folders.put(table.getKey(), table.getValue().uri());
    }
    folders.put("bronze", lake.bronze(definition.name()));
    folders.put("quarantine", lake.quarantine(definition.name()));
    folders.put("progress", lake.progress(definition.name()));
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, String> folder : folders.entrySet()) {
      List<StoredFile> files = Storage.of(folder.getValue()).list(folder.getValue());
      if (!files.isEmpty()) {
        parts.add(
            new Part(
                folder.getKey(),
                folder.getValue(),
                files.size(),
                files.stream().mapToLong(StoredFile::size).sum()));
      }
    }
    return parts;
  }

  private void requireOwn(String name, Table table) throws IOException {
    boolean inCatalog =
        definition.silver().format() == TableKind.ICEBERG
            && lake.catalog().kind() != CatalogSettings.Kind.HADOOP;
    if (inCatalog) {
      throw new IllegalArgumentException(
          "reset works for tables in folders, and those of '"
              + definition.name()
              + "' are in a catalog: drop them there, and give the pipeline another name.");
    }
    String own = "medallion/" + definition.name() + "/";
    // Versions expire, and what an application has committed does not.
    Set<String> others = new TreeSet<>();
    for (String other : otherPipelines()) {
      if (table.lastCycle("medallion/" + other + "/" + name).isPresent()) {
        others.add(other);
      }
    }
    for (TableVersion version : table.history().versions()) {
      TableVersion.Origin origin = version.origin();
      String writer = origin == null ? "" : origin.applicationId();
      if (writer.startsWith("medallion/") && !writer.startsWith(own)) {
        others.add(writer.split("/", -1)[1]);
      }
    }
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " also holds rows of pipeline "
              + String.join(", ", others)
              + ", which a reset of '"
              + definition.name()
              + "' would take away. Nothing was touched. Give the pipeline a table of its own ('table' of silver), or"
              + " reset the others too, by removing the folder "
              + table.uri()
              + " and the progress logs of all of them.");
    }
  }

  /** Pipelines that have a progress log in the lake. */
  private Set<String> otherPipelines() throws IOException {
    String logs = lake.progress("");
    Set<String> names = new TreeSet<>();
    for (StoredFile file : Storage.of(logs).list(logs.substring(0, logs.length() - 1))) {
      String below = file.uri().substring(logs.length());
      names.add(below.substring(0, Math.max(0, below.indexOf('/'))));
    }
    names.remove("");
    names.remove(definition.name());
    return names;
  }

  /**
   * Removes the parts; the progress log goes last, so that a reset which is interrupted can be
   * repeated.
   *
   * @throws org.beammedallion.io.progress.FencedException where a driver is at work
   */
  public void run(List<Part> parts, Clock clock) throws IOException, InterruptedException {
    String progress = lake.progress(definition.name());
    ProgressLog log = ProgressLog.of(progress);
    long next = log.newestCompleted() + 1;
    try (DriverClaim claim = DriverClaim.take(log, definition.name(), next, clock)) {
      try (AtomicOutput begun = Storage.of(progress).create(progress + BEGUN)) {
        begun.write("{}".getBytes(StandardCharsets.UTF_8));
      }
      for (Part part : parts) {
        if (!part.folder().equals(progress)) {
          claim.check();
          Storage.of(part.folder()).deleteAll(part.folder());
        }
      }
    }
    Storage.of(progress).deleteAll(progress);
  }
}
