package org.beammedallion.io.writing;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.io.keys.KeyRange;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The table that files are staged for.
 *
 * @param folder of the table, canonical
 * @param schema of the files' rows; what the table lets be null is not required
 * @param targetFileBytes about the size of a file, where there is as much data
 * @param filePrefix of the names of files, which tells the cycle and the attempt
 * @param sources URI of the source of each shard, by number; empty where rows carry no provenance
 */
public record TableTarget(
    String folder,
    RecordSchema schema,
    List<PartitionField> partitions,
    long targetFileBytes,
    String filePrefix,
    List<String> sources,
    FileRules rules)
    implements Serializable {

  public TableTarget {
    schema = rules.relaxed(schema);
    partitions = List.copyOf(partitions);
    sources = List.copyOf(sources);
  }

  /** The same with rows that carry provenance, of shards with these sources. */
  public TableTarget withSources(List<String> uris) {
    return new TableTarget(folder, schema, partitions, targetFileBytes, filePrefix, uris, rules);
  }

  /** The same with files that hold keys of one range, and tell it. */
  public TableTarget withRange(KeyRange range, String scheme) {
    return new TableTarget(
        folder,
        schema,
        partitions,
        targetFileBytes,
        filePrefix + range.label(scheme),
        sources,
        rules);
  }

  /** The same with files of other columns. */
  public TableTarget withSchema(RecordSchema other) {
    return new TableTarget(folder, other, partitions, targetFileBytes, filePrefix, sources, rules);
  }

  RowParquetWriter.Options options() {
    RowParquetWriter.Options options =
        RowParquetWriter.Options.DEFAULT.withFieldIds(rules.fieldIds());
    return sources.isEmpty() ? options : options.withProvenance();
  }

  Partitioner partitioner() {
    return Partitioner.of(partitions, RowLayout.of(schema), rules.emptyText());
  }
}
