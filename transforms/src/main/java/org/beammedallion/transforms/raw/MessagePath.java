package org.beammedallion.transforms.raw;

import java.io.Serializable;
import java.util.List;

/**
 * A header of messages, or a field of their JSON values.
 *
 * @param ofHeader whether it is the last header of a name, else it is a field of the value
 * @param names the header's name, or names of members from the value to the field
 */
public record MessagePath(boolean ofHeader, List<String> names) implements Serializable {

  public MessagePath {
    names = List.copyOf(names);
  }

  public static MessagePath header(String name) {
    return new MessagePath(true, List.of(name));
  }

  public static MessagePath field(String... names) {
    return new MessagePath(false, List.of(names));
  }
}
