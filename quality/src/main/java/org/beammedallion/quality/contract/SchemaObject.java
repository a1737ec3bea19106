package org.beammedallion.quality.contract;

import java.util.List;
import org.beammedallion.quality.yaml.Location;

/**
 * A table, a topic, a kind of document.
 *
 * @param physicalName its name at the source; the same as {@code name} unless the contract says
 *     otherwise
 */
public record SchemaObject(
    String name,
    String physicalName,
    List<SchemaProperty> properties,
    List<QualityCheck> quality,
    Location location) {

  /** The properties that form the primary key, in the order of their positions. */
  public List<SchemaProperty> primaryKey() {
    return properties.stream()
        .filter(property -> property.primaryKey().isPart())
        .sorted(SchemaProperty.byPosition(SchemaProperty::primaryKey))
        .toList();
  }

  /** The properties that partition the data, in the order of their positions. */
  public List<SchemaProperty> partitioning() {
    return properties.stream()
        .filter(property -> property.partitionKey().isPart())
        .sorted(SchemaProperty.byPosition(SchemaProperty::partitionKey))
        .toList();
  }
}
