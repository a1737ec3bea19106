package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of a record.
 *
 * @param name the column's name in silver
 * @param physicalName the field's name in the source; the same as {@code name} unless the contract
 *     says otherwise
 * @param required whether a record without it, or with null in it, is rejected
 * @param formerNames of the column in earlier versions of the contract, the latest first
 * @param metadata what it is filled from instead of the record; null where the record has it
 */
public record Field(
    String name,
    String physicalName,
    FieldType type,
    boolean required,
    List<String> formerNames,
    @Nullable Metadata metadata)
    implements Serializable {

  public Field {
    formerNames = List.copyOf(formerNames);
  }

  /** A field of the record. */
  public Field(
      String name,
      String physicalName,
      FieldType type,
      boolean required,
      List<String> formerNames) {
    this(name, physicalName, type, required, formerNames, null);
  }

  /** A field of the record, which was always called so. */
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
    return new Field(name, physicalName, type, required, List.of(names), metadata);
  }

  /** The same field, filled from metadata. */
  public Field from(Metadata other) {
    return new Field(name, physicalName, type, required, formerNames, other);
  }

  /** Whether the record has it. */
  public boolean isOfRecord() {
    return metadata == null;
  }
}
