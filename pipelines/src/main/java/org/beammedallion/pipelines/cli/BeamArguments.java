package org.beammedallion.pipelines.cli;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.beammedallion.quality.yaml.DidYouMean;

/**
 * Beam's own options among the arguments: checked strictly, for a misspelt option must not be
 * ignored.
 */
final class BeamArguments {

  /**
   * Beam would take four threads, however many cores there are. Spark's own submit overrides it.
   */
  private static final String SPARK_WITH_EVERY_CORE = "--sparkMaster=local[*]";

  private BeamArguments() {}

  /**
   * Parses the arguments that our own options left over.
   *
   * @param own names of our own options, which a misspelt option may have meant
   * @throws UsageException where an argument is no option, or no option is called so, or its value
   *     does not fit
   */
  static PipelineOptions parse(List<String> arguments, List<String> own) {
    Map<String, Class<?>> known = knownOptions();
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        throw new UsageException(
            "'"
                + argument
                + "' is not expected here. Options are written --name=value; the pipeline file is the only"
                + " argument.");
      }
      String name = argument.substring(2).split("=", 2)[0];
      if (!known.containsKey(name)) {
        throw new UsageException(
            "There is no option --" + name + "." + didYouMean(name, known.keySet(), own));
      }
    }
    List<String> complete = new ArrayList<>(arguments);
    if (known.containsKey("sparkMaster")
        && arguments.stream().noneMatch(argument -> argument.startsWith("--sparkMaster="))) {
      complete.add(SPARK_WITH_EVERY_CORE);
    }
    try {
      return PipelineOptionsFactory.fromArgs(complete.toArray(String[]::new)).create();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Every option of every Beam options interface on the classpath, by name. */
  static Map<String, Class<?>> knownOptions() {
    Map<String, Class<?>> names = new TreeMap<>();
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      Arrays.stream(type.getMethods())
          .map(Method::getName)
          .filter(name -> name.startsWith("get") || name.startsWith("is"))
          .map(name -> name.substring(name.startsWith("get") ? 3 : 2))
          .filter(name -> !name.isEmpty())
          .forEach(name -> names.put(decapitalize(name), type));
    }
    return names;
  }

  private static String decapitalize(String name) {
    return Introspector.decapitalize(name);
  }

  private static String didYouMean(String name, Set<String> known, List<String> own) {
    List<String> candidates = new ArrayList<>(own);
    candidates.addAll(known);
    String nearest = DidYouMean.nearest(name, candidates);
    return nearest == null
        ? " See `medallion run --help` for ours and the runner's documentation for Beam's."
        : " Did you mean --" + nearest + "?";
  }
}
