package org.beammedallion.pipelines.driver;

import java.util.List;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;

/** Ways to write by which a table depends on where a cycle ends and the next one begins. */
final class CycleBounds {

  private CycleBounds() {}

  /** What a person who runs the pipeline at another interval should know. */
  static List<String> warnings(PipelineDefinition definition) {
    String table = "silver." + definition.silver().table();
    WriteMode write = definition.silver().write();
    if (write == WriteMode.OVERWRITE) {
      return List.of(
          table
              + " is overwritten: a cycle replaces the partitions of its records, so what is in them depends on which files"
              + " one run finds.");
    } else if (write == WriteMode.APPEND && definition.hasKey() && !definition.hasChanges()) {
      return List.of(
          table
              + " has a key and is appended to: duplicates are removed within a cycle, and not between cycles. If each key"
              + " is to occur once, use 'write: upsert' with 'latestBy'.");
    }
    return List.of();
  }
}
