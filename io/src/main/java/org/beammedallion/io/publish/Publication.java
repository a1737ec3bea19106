package org.beammedallion.io.publish;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a stable name stood for from some time on.
 *
 * @param name the stable name
 * @param version counts up from 1
 * @param table the layer and name of the table: {@code silver.orders_v2}
 * @param pipeline that writes the table
 * @param pipelineFile where its file was when the name was published; null in a name that was
 *     published before this was written down
 * @param format of the table: {@code delta} or {@code iceberg}
 * @param location folder of the table
 * @param select a statement of Spark SQL that reads the table
 * @param publishedAt since when
 */
public record Publication(
    String name,
    long version,
    String table,
    String pipeline,
    @Nullable String pipelineFile,
    String format,
    String location,
    String select,
    Instant publishedAt) {

  /** Whether both say the same, whatever their version and time. */
  boolean standsForTheSame(Publication other) {
    return name.equals(other.name)
        && table.equals(other.table)
        && pipeline.equals(other.pipeline)
        && Objects.equals(pipelineFile, other.pipelineFile)
        && location.equals(other.location);
  }

  Publication withVersion(long number) {
    return new Publication(
        name, number, table, pipeline, pipelineFile, format, location, select, publishedAt);
  }
}
