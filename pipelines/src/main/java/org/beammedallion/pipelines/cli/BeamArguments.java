package org.beammedallion.pipelines.cli;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

  private static final String RUNNER = "runner";
  private static final List<String> RUNNERS = List.of("FlinkRunner", "SparkRunner", "DirectRunner");

  private BeamArguments() {}

  /**
   * Parses the arguments that our own options left over.
   *
   * @param own names of our own options, which a misspelt option may have meant
   * @throws UsageException where an argument is no option, or no option is called so, or its value
   *     does not fit
   */
  static PipelineOptions parse(List<String> arguments, List<String> own) {
    Map<String, Method> known = knownOptions();
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        throw noOptionsFile(argument);
      } else if (argument.matches("-[A-Za-z]\\w+.*")) {
        throw new UsageException(
            "'" + argument + "' has one hyphen, and options have two: -" + argument + ".");
      } else if (!argument.startsWith("--")) {
        throw new UsageException(
            "'"
                + argument
                + "' is not expected here. Options are written --name=value; other arguments are the pipeline"
                + " file and, for some commands, a table.");
      }
      String name = argument.substring(2).split("=", 2)[0];
      if (!known.containsKey(name)) {
        throw new UsageException(
            "There is no option --" + name + "." + didYouMean(name, known.keySet(), own));
      }
      if (name.equals(RUNNER)) {
        requireRunner(argument.substring(2 + name.length()).replaceFirst("^=", ""));
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
      known.forEach((name, getter) -> requireValues(name, getter, arguments));
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Beam knows more runners, which are for its own tests. The word Runner may be left out. */
  private static void requireRunner(String name) {
    if (RUNNERS.stream()
        .noneMatch(
            runner -> runner.equalsIgnoreCase(name) || runner.equalsIgnoreCase(name + "Runner"))) {
      String nearest = DidYouMean.nearest(name.replaceFirst("Runner$", "") + "Runner", RUNNERS);
      throw new UsageException(
          "There is no runner '"
              + name
              + "'."
              + (nearest == null ? "" : " Did you mean " + nearest + "?")
              + " Runners are FlinkRunner (unless another is named), SparkRunner and DirectRunner.");
    }
  }

  /** Of an argument that picocli left, for there is no such file. */
  static UsageException noOptionsFile(String argument) {
    return new UsageException(
        "There is no file '"
            + argument.substring(1)
            + "' to read options from. Check the path after '@'.");
  }

  /** Beam does not say which option has a wrong value, so each is tried alone. */
  private static void requireValues(String name, Method getter, List<String> arguments) {
    List<String> given =
        arguments.stream()
            .filter(argument -> argument.split("=", 2)[0].equals("--" + name))
            .toList();
    for (String argument : given) {
      String[] parts = argument.split("=", 2);
      String wanted = OptionValue.describe(getter.getGenericReturnType());
      try {
        PipelineOptionsFactory.fromArgs(argument).create();
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            parts.length == 1
                ? String.format("--%s needs a value: --%s=…, which is %s.", name, name, wanted)
                : String.format("--%s takes %s, not '%s'.", name, wanted, parts[1]));
      }
    }
    if (given.size() > 1 && !OptionValue.isList(getter.getReturnType())) {
      throw new UsageException(
          "--" + name + " is given " + given.size() + " times. Which value is meant? Leave one.");
    }
  }

  /** Beam looks through all its classes for them, so they are looked for once. */
  private static final class Known {
    static final Map<String, Method> OPTIONS = find();
  }

  /** The getter of every option of every Beam options interface on the classpath, by name. */
  static Map<String, Method> knownOptions() {
    return Known.OPTIONS;
  }

  private static Map<String, Method> find() {
    Map<String, Method> getters = new TreeMap<>();
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      Arrays.stream(type.getMethods())
          .filter(method -> method.getName().matches("(get|is).+"))
          .forEach(method -> getters.put(optionName(method), method));
    }
    return Collections.unmodifiableMap(getters);
  }

  private static String optionName(Method getter) {
    String name = getter.getName();
    return Introspector.decapitalize(name.substring(name.startsWith("get") ? 3 : 2));
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
