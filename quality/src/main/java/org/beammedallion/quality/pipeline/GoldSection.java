package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.oneOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.TextOrigin;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code gold}. */
final class GoldSection {

  private static final Shape WINDOW =
      mapping("a window")
          .dependingOn(
              "type",
              Map.of(
                  "tumbling",
                  mapping("a tumbling window").texts("size").require("size"),
                  "sliding",
                  mapping("a sliding window").texts("size", "period").require("size", "period"),
                  "session",
                  mapping("a session window").texts("gap").require("gap")))
          .require("type");

  static final Shape SHAPE =
      mapping("a gold table")
          .texts("table")
          .dependingOn(
              "kind",
              Map.of(
                  "aggregate",
                  mapping("a gold table")
                      .texts("sql")
                      .with(WINDOW, "window")
                      .require("window", "sql"),
                  "dimension",
                  mapping("a dimension")
                      .with(oneOf("1", "2"), "type")
                      .with(listOr(TEXT, TEXT), "key", "columns", "track")
                      .texts("validFrom", "surrogateKey")
                      .require("type"),
                  "fact",
                  mapping("a fact table")
                      .texts("sql")
                      .with(listOr(TEXT, TEXT), "dimensions")
                      .require("sql")),
              "aggregate")
          .require("table");

  private final YamlNode root;
  private final Problems problems;
  private final DimensionSection dimensions;
  private final Function<YamlNode, List<DimensionTable>> referenced;

  /**
   * @param referenced dimensions of the pipeline files that a node names
   */
  GoldSection(
      YamlNode root,
      Problems problems,
      DimensionSection dimensions,
      Function<YamlNode, List<DimensionTable>> referenced) {
    this.root = root;
    this.problems = problems;
    this.dimensions = dimensions;
    this.referenced = referenced;
  }

  /** The tables without those that problems were added for. */
  GoldTables read() {
    List<AggregateSpec> aggregates = new ArrayList<>();
    List<DimensionSpec> found = new ArrayList<>();
    List<FactSpec> facts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlNode node : root.items("gold")) {
      String name = name(node, names);
      switch (node.text("kind", "aggregate")) {
        case "dimension" -> {
          DimensionSpec dimension = dimensions.read(node, name);
          if (dimension != null) {
            found.add(dimension);
          }
        }
        case "fact" ->
            facts.add(new FactSpec(name, sql(node, name), origin(node), referenced.apply(node)));
        default -> {
          String sql = sql(node, name);
          YamlNode windowNode = node.find("window");
          WindowSpec window = windowNode == null ? null : window(windowNode);
          if (window != null) {
            aggregates.add(new AggregateSpec(name, window, sql, origin(node)));
          }
        }
      }
    }
    dimensions.checkTogether(root, found);
    List<DimensionTable> own = found.stream().map(dimensions::table).toList();
    return new GoldTables(
        aggregates, found, facts.stream().map(fact -> withDimensions(fact, own)).toList());
  }

  private static FactSpec withDimensions(FactSpec fact, List<DimensionTable> own) {
    List<DimensionTable> all = new ArrayList<>(own);
    all.addAll(fact.dimensions());
    return new FactSpec(fact.table(), fact.sql(), fact.origin(), all);
  }

  private String name(YamlNode node, Set<String> names) {
    String name = node.text("table", "");
    if (!SilverSection.TABLE_NAME.matcher(name).matches()) {
      problems.add(
          node.locationOf("table"),
          "'"
              + name
              + "' cannot be a table's name: use letters, digits and '_', and no digit first.");
    } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
      problems.add(
          node.locationOf("table"),
          "gold table '"
              + name
              + "' is there twice (upper and lower case count as the same); rename one.");
    }
    return name;
  }

  private String sql(YamlNode node, String name) {
    String sql = node.text("sql", "");
    if (sql.isBlank()) {
      problems.add(node.locationOf("sql"), "gold table '" + name + "' has an empty query.");
    }
    return sql;
  }

  private static TextOrigin origin(YamlNode node) {
    YamlNode sql = node.find("sql");
    return sql == null ? TextOrigin.NONE : sql.origin();
  }

  private @Nullable WindowSpec window(YamlNode node) {
    switch (node.text("type", "")) {
      case "tumbling" -> {
        Duration size = duration(node, "size");
        return size == null ? null : new WindowSpec.Tumbling(size);
      }
      case "session" -> {
        Duration gap = duration(node, "gap");
        return gap == null ? null : new WindowSpec.Session(gap);
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
                  + " is not a multiple of "
                  + node.text("period")
                  + ".");
          return null;
        }
        return new WindowSpec.Sliding(size, period);
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
