package org.beammedallion.quality.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code gold}. */
final class GoldSection {

  private final YamlNode root;
  private final Problems problems;

  GoldSection(YamlNode root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  /** The tables without those that problems were added for. */
  List<GoldSpec> read() {
    List<GoldSpec> tables = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlNode node : root.items("gold")) {
      String name = node.text("table", "");
      if (!SilverSection.TABLE_NAME.matcher(name).matches()) {
        problems.add(
            node.locationOf("table"),
            "'"
                + name
                + "' cannot be a table's name: letters, digits and '_' are allowed, not a digit first.");
      } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
        problems.add(
            node.locationOf("table"),
            "gold table '" + name + "' is there twice (case does not count); rename one.");
      }
      String sql = node.text("sql", "");
      if (sql.isBlank()) {
        problems.add(node.locationOf("sql"), "gold table '" + name + "' has an empty query.");
      }
      YamlNode windowNode = node.find("window");
      Window window = windowNode == null ? null : window(windowNode);
      if (window != null) {
        tables.add(new GoldSpec(name, window, sql));
      }
    }
    return tables;
  }

  private @Nullable Window window(YamlNode node) {
    switch (node.text("type", "")) {
      case "tumbling" -> {
        Duration size = duration(node, "size");
        return size == null ? null : new Window.Tumbling(size);
      }
      case "session" -> {
        Duration gap = duration(node, "gap");
        return gap == null ? null : new Window.Session(gap);
      }
      default -> {
        Duration size = duration(node, "size");
        Duration period = duration(node, "period");
        if (size == null || period == null) {
          return null;
        } else if (size.toMillis() % period.toMillis() != 0) {
          problems.add(
              node.locationOf("size"),
              "the size of a sliding window must be a whole multiple of its period, but "
                  + node.text("size")
                  + " is none of "
                  + node.text("period")
                  + ".");
          return null;
        }
        return new Window.Sliding(size, period);
      }
    }
  }

  private @Nullable Duration duration(YamlNode node, String key) {
    try {
      return Amounts.duration(node.text(key, ""));
    } catch (IllegalArgumentException e) {
      problems.add(node.locationOf(key), key + " of the window: " + e.getMessage() + ".");
      return null;
    }
  }
}
