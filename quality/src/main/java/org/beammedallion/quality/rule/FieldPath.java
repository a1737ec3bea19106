package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from a record to one of its fields.
 *
 * @param steps names of fields, and {@link #EACH} where the way leads into every element of an
 *     array
 */
public record FieldPath(List<String> steps) implements Serializable {

  public static final String EACH = "[]";

  public FieldPath {
    steps = List.copyOf(steps);
  }

  public static FieldPath of(String... steps) {
    return new FieldPath(List.of(steps));
  }

  public FieldPath then(String step) {
    List<String> longer = new ArrayList<>(steps);
    longer.add(step);
    return new FieldPath(longer);
  }

  /** Such as {@code lines[].quantity}. */
  @Override
  public String toString() {
    return String.join(".", steps).replace("." + EACH, EACH);
  }
}
