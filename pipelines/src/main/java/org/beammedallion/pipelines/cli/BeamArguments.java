package org.beammedallion.pipelines.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.common.ReflectHelpers;

/** Beam's own options among the arguments: checked strictly, for a misspelt option must not be ignored. */
final class BeamArguments {

  private BeamArguments() {}

  /**
   * Parses the arguments that our own options left over.
   *
   * @param own names of our own options, which a misspelt option may have meant
   * @throws UsageException where an argument is no option, or no option is called so, or its value does not fit
   */
  static PipelineOptions parse(List<String> arguments, List<String> own) {
    Map<String, Class<?>> known = knownOptions();
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        throw new UsageException(
            "'" + argument + "' is not expected here. Options are written --name=value; the pipeline file is the only"
                + " argument.");
      }
      String name = argument.substring(2).split("=", 2)[0];
      if (!known.containsKey(name)) {
        throw new UsageException("There is no option --" + name + "." + didYouMean(name, known.keySet(), own));
      }
    }
    try {
      return PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new)).create();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** Every option of every Beam options interface on the classpath, by name. */
  static Map<String, Class<?>> knownOptions() {
    Map<String, Class<?>> names = new TreeMap<>();
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      ReflectHelpers.getClosureOfMethodsOnInterface(type).stream()
          .map(method -> method.getName())
          .filter(name -> name.startsWith("get") || name.startsWith("is"))
          .map(name -> name.substring(name.startsWith("get") ? 3 : 2))
          .filter(name -> !name.isEmpty())
          .forEach(name -> names.put(decapitalize(name), type));
    }
    return names;
  }

  private static String decapitalize(String name) {
    return java.beans.Introspector.decapitalize(name);
  }

  private static String didYouMean(String name, Set<String> known, List<String> own) {
    List<String> candidates = new ArrayList<>(own);
    candidates.addAll(known);
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 3))
        .map(candidate -> " Did you mean --" + candidate + "?")
        .orElse(" See `medallion run --help` for ours and the runner's documentation for Beam's.");
  }

  /** Levenshtein's distance, without regard to case. */
  private static int distance(String a, String b) {
    String left = a.toLowerCase(java.util.Locale.ROOT);
    String right = b.toLowerCase(java.util.Locale.ROOT);
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substitution = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
