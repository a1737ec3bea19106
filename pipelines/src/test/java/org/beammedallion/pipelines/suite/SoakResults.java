package org.beammedallion.pipelines.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.jspecify.annotations.Nullable;

/** What the rounds of a soak have met; kept in a file, so that a soak can be stopped. */
final class SoakResults {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Drivers that were alive until they were killed. */
  static final String KILLED = "killed";

  private static final String CODE = TestedClasses.DIGEST;

  private final @Nullable Path file;
  private final List<Round> rounds = new ArrayList<>();

  private SoakResults(@Nullable Path file) {
    this.file = file;
  }

  /**
   * One round with a lake of its own, in which tables and dead letters were what they should be.
   *
   * @param kills drivers that were to be killed
   * @param code what was tested: a digest of its classes
   * @param counts how often what happened
   */
  record Round(
      String input, String format, long seed, int kills, String code, Map<String, Integer> counts) {

    /** Of which nothing has happened yet. */
    static Round of(String input, String format, long seed, int kills) {
      return new Round(input, format, seed, kills, CODE, new TreeMap<>());
    }

    void add(String what) {
      counts.merge(what, 1, Integer::sum);
    }

    int count(String what) {
      return counts.getOrDefault(what, 0);
    }

    /** How many drivers were killed at a step of their cycle. */
    int atSteps() {
      int sum = 0;
      for (Step step : Step.values()) {
        sum += count(step.name());
      }
      return sum;
    }

    private boolean isAs(Round other) {
      return input.equals(other.input)
          && format.equals(other.format)
          && seed == other.seed
          && kills == other.kills
          && code.equals(other.code);
    }
  }

  /**
   * @param file with a round in each line, which need not be there yet; null to keep nothing
   */
  static SoakResults of(@Nullable String file) throws IOException {
    SoakResults results = new SoakResults(file == null ? null : Path.of(file));
    if (results.file != null && Files.exists(results.file)) {
      String text = Files.readString(results.file);
      // A line that was not written to its end is no result.
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      if (whole.length() < text.length()) {
        Files.writeString(results.file, whole);
      }
      for (String line : whole.lines().toList()) {
        Round round = JSON.readValue(line, Round.class);
        if (round.code().equals(CODE)) {
          results.rounds.add(round);
        }
      }
    }
    return results;
  }

  boolean have(Round round) {
    return rounds.stream().anyMatch(round::isAs);
  }

  void add(Round round) throws IOException {
    rounds.add(round);
    if (file != null) {
      Files.writeString(
          file,
          JSON.writeValueAsString(round) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** The sums of all rounds. */
  String text() {
    Map<String, Integer> sums = new TreeMap<>();
    for (Round round : rounds) {
      round.counts().forEach((what, count) -> sums.merge(what, count, Integer::sum));
    }
    return String.format(Locale.ROOT, "%d rounds of classes %s: %s", rounds.size(), CODE, sums);
  }
}
