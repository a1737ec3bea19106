package org.beammedallion.quality.yaml;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to say of keys of a mapping that are unknown or missing. Where an unknown key stands for a
 * missing one, only the unknown one is complained about.
 */
final class KnownKeys {

  private final YamlNode node;
  private final Set<String> known;

  /** What to use instead of keys that others would expect, by these keys in lower case. */
  /** How advice begins where no other key has the meaning. */
  private static final String LEAVE_OUT = "leave it out";

  private final Map<String, String> advice;

  private final Set<String> misspelt = new LinkedHashSet<>();

  /** Once is enough. */
  private boolean hasListed;

  KnownKeys(YamlNode node, Set<String> known, Map<String, String> advice) {
    this.node = node;
    this.known = known;
    this.advice = advice;
  }

  /** How to end a sentence about an unknown key. */
  String guess(String key) {
    String instead = advice.get(key.toLowerCase(Locale.ROOT));
    if (instead != null && instead.startsWith(LEAVE_OUT)) {
      return "; " + instead + ".";
    } else if (instead != null) {
      return "; did you mean " + instead + (instead.endsWith(".") ? "" : "?");
    }
    String nearest = nearest(key);
    if (nearest == null) {
      String all = hasListed ? "." : "; known keys are " + String.join(", ", known) + ".";
      hasListed = true;
      return all;
    }
    misspelt.add(nearest);
    return "; did you mean '" + nearest + "'?";
  }

  /** A key that is there already is not meant by another one. */
  private @Nullable String nearest(String key) {
    return DidYouMean.nearest(
        key, known.stream().filter(each -> !node.keys().contains(each)).toList());
  }

  /** Those of the required keys that are neither there nor guessed before. */
  List<String> missing(Set<String> required) {
    return required.stream().filter(key -> !node.has(key) && !misspelt.contains(key)).toList();
  }
}
