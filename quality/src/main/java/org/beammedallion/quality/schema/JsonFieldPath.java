package org.beammedallion.quality.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a field of a JSON record stands: a JSONPath (RFC 9535) of names alone, as in {@code
 * $.properties.mag} or {@code $['odd name'].mag}.
 */
public final class JsonFieldPath {

  private static final String UNQUOTED_ENDS = ".[";

  private final String text;
  private final List<String> names = new ArrayList<>();
  private int at = 1;

  private JsonFieldPath(String text) {
    this.text = text;
  }

  /** Whether a physical name is a path, and not the name of a member of the record itself. */
  public static boolean isPath(String physicalName) {
    return physicalName.startsWith("$.") || physicalName.startsWith("$[");
  }

  /**
   * The names of the members that lead to the field, outermost first; one name where the physical
   * name is no path.
   *
   * @throws IllegalArgumentException where it is a path of something else than names; says why
   */
  public static List<String> names(String physicalName) {
    return isPath(physicalName) ? new JsonFieldPath(physicalName).read() : List.of(physicalName);
  }

  private List<String> read() {
    while (at < text.length()) {
      if (text.charAt(at) == '.') {
        at++;
        names.add(unquoted());
      } else if (text.charAt(at) == '[') {
        at++;
        names.add(quoted());
      } else {
        throw wrong("a '.' or '[' is expected before the next name");
      }
    }
    return List.copyOf(names);
  }

  private String unquoted() {
    int from = at;
    while (at < text.length() && UNQUOTED_ENDS.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String name = text.substring(from, at);
    if (name.isEmpty()) {
      throw wrong("a name is empty; '..' searches at any depth, and a column needs one place");
    } else if (name.equals("*")) {
      throw wrong("'*' stands for several values, and a column has one");
    }
    return name;
  }

  private String quoted() {
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote != '\'' && quote != '"') {
      throw wrong(
          "brackets hold a name in quotes, such as ['odd name']; elements of an array and conditions"
              + " cannot be columns: describe the array as a column of its own");
    }
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      name.append(text.charAt(at++));
    }
    if (!text.startsWith(quote + "]", at)) {
      throw wrong("a name in brackets ends with " + quote + "]");
    }
    at += 2;
    return name.toString();
  }

  private IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(
        "'" + text + "' is no path to a field of a JSON record: " + why + ".");
  }
}
