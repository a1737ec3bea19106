package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.oneOf;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.beammedallion.quality.pipeline.SourceSpec.JsonSpec;
import org.beammedallion.quality.pipeline.SourceSpec.JsonSpec.Layout;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.YamlNode;

/** Reads {@code json} of the source. */
record JsonOptions(YamlNode source, Problems problems) {

  static final Shape SHAPE =
      mapping("the JSON options")
          .with(oneOf("auto", "lines", "document"), "layout")
          .with(listOr(TEXT, TEXT), "path");

  private static final Pattern JSON_PATH = Pattern.compile("^[$/]|[\\[\\]]|\\*");

  JsonSpec read() {
    YamlNode json = source.find("json");
    if (json == null) {
      return JsonSpec.DEFAULT;
    }
    Layout layout = Layout.valueOf(json.text("layout", "auto").toUpperCase(Locale.ROOT));
    List<String> path = path(json);
    if (path.stream().anyMatch(String::isEmpty)) {
      problems.add(
          json.locationOf("path"),
          "the path of JSON has an empty name: write names with dots between them, such as data.items, or a list of"
              + " names.");
    }
    YamlNode written = json.find("path");
    if (written != null && written.isScalar() && JSON_PATH.matcher(written.text()).find()) {
      problems.add(
          json.locationOf("path"),
          "'"
              + written.text()
              + "' is JSONPath or a JSON pointer, and the path of JSON is names of members with dots between them, such"
              + " as data.items: no '$', no '/' at its beginning and no brackets. A list takes names as they are.");
    }
    if (layout == Layout.LINES && !path.isEmpty()) {
      problems.add(
          json.locationOf("path"),
          "'path' leads to the records of a document, but 'layout: lines' says that each line is a record.");
    }
    return new JsonSpec(layout, path);
  }

  private static List<String> path(YamlNode json) {
    YamlNode path = json.find("path");
    if (path == null) {
      return List.of();
    }
    return path.isScalar() ? List.of(path.text().split("\\.", -1)) : json.texts("path");
  }
}
