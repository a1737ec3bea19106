package org.beammedallion.io.table.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.types.StructField;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.table.TableException;

/** Which tables we may touch: those whose rules our files keep without knowing them. */
final class DeltaProtocol {

  /** Deletion vectors are allowed as long as no file has one; that is checked file by file. */
  private static final Set<String> KNOWN =
      Set.of(
          "appendOnly",
          "invariants",
          "deletionVectors",
          "domainMetadata",
          "inCommitTimestamp",
          "v2Checkpoint",
          "vacuumProtocolCheck");

  private DeltaProtocol() {}

  /**
   * Refuses a table that we could spoil.
   *
   * @throws TableException where the table uses a feature that is unknown here
   */
  static void requireSupported(String uri, SnapshotImpl snapshot) throws TableException {
    Protocol protocol = snapshot.getProtocol();
    Metadata metadata = snapshot.getMetadata();
    Set<String> unknown = new TreeSet<>(protocol.getReaderAndWriterFeatures());
    unknown.removeAll(KNOWN);
    // Tables of before features say only a version, and hold these whether they use them or not.
    Map<String, String> properties = metadata.getConfiguration();
    String mapping = properties.getOrDefault("delta.columnMapping.mode", "none");
    if (!mapping.equals("none") && !mapping.equals("name")) {
      unknown.add("columnMapping by " + mapping);
    } else {
      unknown.remove("columnMapping");
    }
    if (Boolean.parseBoolean(properties.get("delta.enableChangeDataFeed"))) {
      unknown.add("changeDataFeed");
    } else {
      unknown.remove("changeDataFeed");
    }
    if (properties.keySet().stream().anyMatch(key -> key.startsWith("delta.constraints."))) {
      unknown.add("checkConstraints");
    } else {
      unknown.remove("checkConstraints");
    }
    for (StructField field : metadata.getSchema().fields()) {
      for (String key : field.getMetadata().getEntries().keySet()) {
        if (key.equals("delta.invariants")
            || key.startsWith("delta.generationExpression")
            || key.startsWith("delta.identity")) {
          unknown.add(key + " of column '" + field.getName() + "'");
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' uses what is not supported here: "
              + String.join(", ", unknown)
              + " (reader version "
              + protocol.getMinReaderVersion()
              + ", writer version "
              + protocol.getMinWriterVersion()
              + "). Drop the feature with the engine that added it, or write to another table.",
          null);
    }
  }
}
