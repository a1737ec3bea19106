package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ordered, uniquely named fields of a record or of a nested object.
 *
 * @param fields in the order of the contract, which is the order of silver's columns
 */
public record RecordSchema(List<Field> fields) implements Serializable {

  public RecordSchema {
    fields = List.copyOf(fields);
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("Field '" + field.name() + "' is declared twice.");
      }
    }
  }

  public static RecordSchema of(Field... fields) {
    return new RecordSchema(List.of(fields));
  }

  /** The position of the named field, or -1 where there is none. */
  public int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The named field.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Field field(String name) {
    int index = indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("No field '" + name + "' among " + names() + ".");
    }
    return fields.get(index);
  }

  /** The fields that records have: all but those that are filled from metadata. */
  public RecordSchema ofRecord() {
    return new RecordSchema(fields.stream().filter(Field::isOfRecord).toList());
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }
}
