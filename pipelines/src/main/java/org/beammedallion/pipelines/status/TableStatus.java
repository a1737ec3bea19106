package org.beammedallion.pipelines.status;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.cycle.TableJob.Layer;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * How fresh a table is.
 *
 * @param name such as {@code silver.orders}
 * @param latest the newest version; null where there is no table yet, or it cannot be read
 * @param rows of that version
 * @param files of that version
 * @param timeColumn the column that tells of when the rows are; empty where none does
 * @param newest the largest value of that column in whole milliseconds, as the statistics of the
 *     files tell; null where they do not
 * @param error why the table cannot be read; null where it can
 */
public record TableStatus(
    String name,
    @Nullable TableVersion latest,
    long rows,
    long files,
    String timeColumn,
    @Nullable Instant newest,
    @Nullable String error) {

  private static final String WINDOW_START = "window_start";

  static List<TableStatus> all(PipelineDefinition definition, TableJobs jobs) {
    List<TableStatus> tables = new ArrayList<>();
    for (TableJob job : jobs.all()) {
      try {
        tables.add(of(job.name(), timeColumn(definition, jobs, job), job.table()));
      } catch (IOException e) {
        tables.add(
            new TableStatus(job.name(), null, 0, 0, "", null, String.valueOf(e.getMessage())));
      }
    }
    return tables;
  }

  /** Of silver its event time, of an aggregate the beginning of its windows. */
  private static String timeColumn(PipelineDefinition definition, TableJobs jobs, TableJob job) {
    if (job.table().uri().equals(jobs.silver().uri()) && definition.silver().hasEventTime()) {
      return definition.schema().fields().get(definition.silver().eventTime()).name();
    }
    boolean hasWindows =
        job.layer() == Layer.GOLD
            && definition.gold().aggregates().stream()
                .anyMatch(aggregate -> aggregate.table().equals(job.shortName()));
    return hasWindows ? WINDOW_START : "";
  }

  private static TableStatus of(String name, String timeColumn, Table table) throws IOException {
    Optional<TableSnapshot> snapshot = table.snapshot();
    List<TableVersion> versions = snapshot.isEmpty() ? List.of() : table.history().versions();
    if (snapshot.isEmpty() || versions.isEmpty()) {
      return new TableStatus(name, null, 0, 0, timeColumn, null, null);
    }
    return new TableStatus(
        name,
        versions.get(0),
        snapshot.get().rows(),
        snapshot.get().files().size(),
        timeColumn,
        newest(table, snapshot.get(), timeColumn),
        null);
  }

  private static @Nullable Instant newest(Table table, TableSnapshot snapshot, String column) {
    if (column.isEmpty()
        || !(table.layout().schema().field(column).type() instanceof FieldType.TimestampType)) {
      return null;
    }
    return snapshot.files().stream()
        .flatMap(file -> file.statistics().stream())
        .filter(each -> each.path().equals(List.of(column)))
        .map(ColumnStatistics::max)
        .filter(Long.class::isInstance)
        .map(Long.class::cast)
        .max(Long::compare)
        // Delta rounds bounds up to the next millisecond.
        .map(micros -> Instant.ofEpochMilli(Math.floorDiv(micros, 1_000)))
        .orElse(null);
  }
}
