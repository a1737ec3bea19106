package org.beammedallion.quality.schema;

import java.io.Serializable;

/**
 * One field of a record.
 *
 * @param name the column's name in silver
 * @param physicalName the field's name in the source; the same as {@code name} unless the contract
 *     says otherwise
 * @param required whether a record without it, or with null in it, is rejected
 */
public record Field(String name, String physicalName, FieldType type, boolean required)
    implements Serializable {

  public static Field required(String name, FieldType type) {
    return new Field(name, name, type, true);
  }

  public static Field optional(String name, FieldType type) {
    return new Field(name, name, type, false);
  }
}
