package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.util.List;

/**
 * One field of a record.
 *
 * @param name the column's name in silver
 * @param physicalName the field's name in the source; the same as {@code name} unless the contract
 *     says otherwise
 * @param required whether a record without it, or with null in it, is rejected
 * @param formerNames of the column in earlier versions of the contract, the latest first
 */
public record Field(
    String name, String physicalName, FieldType type, boolean required, List<String> formerNames)
    implements Serializable {

  public Field {
    formerNames = List.copyOf(formerNames);
  }

  public Field(String name, String physicalName, FieldType type, boolean required) {
    this(name, physicalName, type, required, List.of());
  }

  public static Field required(String name, FieldType type) {
    return new Field(name, name, type, true);
  }

  public static Field optional(String name, FieldType type) {
    return new Field(name, name, type, false);
  }

  /** The same field, which earlier versions of the contract called otherwise. */
  public Field renamedFrom(String... names) {
    return new Field(name, physicalName, type, required, List.of(names));
  }
}
