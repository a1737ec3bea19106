package org.beammedallion.transforms.decode.change;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schema of Kafka Connect tells of a column, a field in it or an element of an array.
 *
 * @param fields of a struct, by name; none of anything else
 * @param items elements of an array, or null
 */
record ConnectField(
    ConnectType type, Map<String, ConnectField> fields, @Nullable ConnectField items) {

  /** Tells nothing. */
  static final ConnectField UNKNOWN = new ConnectField(ConnectType.PLAIN, Map.of(), null);
}
