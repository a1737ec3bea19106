package org.beammedallion.pipelines.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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

  private final ResultLines lines;
  private final List<Round> rounds = new ArrayList<>();

  /**
   * @param file with a round in each line; null to keep nothing
   */
  SoakResults(@Nullable String file) throws IOException {
    lines = new ResultLines(file);
    for (String line : lines.read()) {
      Round round = JSON.readValue(line, Round.class);
      if (round.code().equals(TestedClasses.DIGEST)) {
        rounds.add(round);
      }
    }
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
      return new Round(input, format, seed, kills, TestedClasses.DIGEST, new TreeMap<>());
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

  boolean have(Round round) {
    return rounds.stream().anyMatch(round::isAs);
  }

  void add(Round round) throws IOException {
    rounds.add(round);
    lines.add(JSON.writeValueAsString(round));
  }

  /** The sums of all rounds. */
  String text() {
    Map<String, Integer> sums = new TreeMap<>();
    for (Round round : rounds) {
      round.counts().forEach((what, count) -> sums.merge(what, count, Integer::sum));
    }
    return String.format(
        Locale.ROOT, "%d rounds of classes %s: %s", rounds.size(), TestedClasses.DIGEST, sums);
  }
}
