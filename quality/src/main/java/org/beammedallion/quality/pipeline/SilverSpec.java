package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.beammedallion.quality.schema.PartitionField;

/**
 * The silver table.
 *
 * @param upsert how existing rows are replaced
 * @param formatVersion of the format that new tables are made in, or 0 for the format's own choice
 * @param latestBy index of the field that decides which of two rows with the same key is later, or
 *     {@link #NONE} or {@link #OFFSET}
 * @param eventTime index of the timestamp at which a row happened, or {@link #NONE}
 * @param lateness maximum delay before a row counts as late
 * @param targetFileBytes the size that data files should come near to
 * @param rememberDeletes how long a deleted row is remembered, so that an older change does not
 *     bring it back
 */
public record SilverSpec(
    String table,
    WriteMode write,
    UpsertMode upsert,
    TableKind format,
    int formatVersion,
    int latestBy,
    int eventTime,
    List<PartitionField> partitionBy,
    Duration lateness,
    long targetFileBytes,
    Duration rememberDeletes)
    implements Serializable {

  public static final int NONE = -1;

  /** In place of a field's index: the offset of the message that a row comes from. */
  public static final int OFFSET = -2;

  /** What a cycle does with the rows that are there already. */
  public enum WriteMode {
    /** Leaves them alone. */
    APPEND,
    /** Replaces those with the same key, unless they are later. */
    UPSERT,
    /** Replaces the partitions that it has rows for. */
    OVERWRITE
  }

  /** How an upsert removes rows from existing files. */
  public enum UpsertMode {
    /** Rewrites the files without them. */
    COPY_ON_WRITE,
    /** Marks them as deleted, and leaves it to readers to pass over them. */
    MERGE_ON_READ
  }

  /** The open table formats. */
  public enum TableKind {
    DELTA,
    ICEBERG
  }

  public SilverSpec {
    partitionBy = List.copyOf(partitionBy);
  }

  public boolean hasLatestBy() {
    return latestBy != NONE;
  }

  public boolean hasEventTime() {
    return eventTime != NONE;
  }
}
