package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/** Who else writes to the silver table of a pipeline. */
final class OtherWriters {

  private OtherWriters() {}

  /** A sentence where the kept versions of silver name other pipelines; reads all of them. */
  static List<String> warnings(PipelineDefinition definition, Table silver) throws IOException {
    String name = "silver." + definition.silver().table();
    String own = Tables.application(definition, name);
    Set<String> others = new TreeSet<>();
    for (TableVersion version : silver.history().versions()) {
      if (version.origin() != null && !version.origin().applicationId().equals(own)) {
        String[] parts = version.origin().applicationId().split("/");
        others.add(parts.length > 1 ? parts[1] : version.origin().applicationId());
      }
    }
    return others.isEmpty()
        ? List.of()
        : List.of(
            name
                + " is also written by pipeline '"
                + String.join("', '", others)
                + "': the rows of both are in one table. If that is not meant, give the table of pipeline '"
                + definition.name()
                + "' another name ('table' under 'silver'), or use another lake.");
  }
}
