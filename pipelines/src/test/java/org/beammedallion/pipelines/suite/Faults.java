package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.beammedallion.fixtures.faults.RequestFate;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the calls that a cycle makes to what is outside of it, and lets one of them fail. Of this
 * process; calls are told by what they are for, so that they are the same in each run though tasks
 * run side by side.
 */
final class Faults {

  /** What differs from run to run in the names of files. */
  private static final Pattern BY_CHANCE =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|(?<=/snap-)[0-9]+");

  /** Calls to a {@link org.beammedallion.io.source.Source}. */
  static final String SOURCE = "SOURCE";

  /** Requests to a broker; each fetch changes what the broker remembers of a consumer. */
  static final String BROKER = "BROKER";

  static final String CATALOG_READ = "CATALOG_READ";
  static final String CATALOG_WRITE = "CATALOG_WRITE";

  private static final Set<String> WITH_EFFECT =
      Set.of("WRITE", "CLOSE", "DELETE", BROKER, CATALOG_WRITE);

  private static final Map<String, Integer> COUNTS = new HashMap<>();
  private static final List<Call> CALLS = new ArrayList<>();
  private static @Nullable Fault armed;
  private static boolean hit;
  private static boolean watching;

  /** When a call fails. */
  enum Moment {
    /** Nothing was done. */
    BEFORE,
    /** The call took effect, but the caller gets an error. */
    AFTER
  }

  /**
   * A call.
   *
   * @param kind such as {@code DELETE}
   * @param name of the file or the like, without what differs by chance
   * @param occurrence which of the calls of this kind and name, from 1
   */
  record Call(String kind, String name, int occurrence) {

    /**
     * Whether it changes anything; otherwise the caller sees no difference between both moments.
     */
    boolean hasEffect() {
      return WITH_EFFECT.contains(kind);
    }

    /** What is called: {@code SOURCE}, {@code BROKER}, {@code CATALOG} or {@code STORAGE}. */
    String target() {
      return switch (kind) {
        case SOURCE, BROKER -> kind;
        case CATALOG_READ, CATALOG_WRITE -> "CATALOG";
        default -> "STORAGE";
      };
    }
  }

  /** What is to fail, and when. */
  record Fault(Call call, Moment moment) {}

  private Faults() {}

  /** From now on calls are counted; one of them fails, or none. */
  static synchronized void watch(@Nullable Fault fault) {
    COUNTS.clear();
    CALLS.clear();
    armed = fault;
    hit = false;
    watching = true;
  }

  /** The calls since {@link #watch}; from now on none is counted. */
  static synchronized List<Call> calls() {
    watching = false;
    return List.copyOf(CALLS);
  }

  /** Whether the call that was to fail has failed. */
  static synchronized boolean wasHit() {
    return hit;
  }

  /**
   * To be called before a call has its effect.
   *
   * @return whether its answer is to be lost
   * @throws IOException where it fails before its effect
   */
  static boolean asked(String kind, String name) throws IOException {
    Fault fault = reached(kind, BY_CHANCE.matcher(name).replaceAll("*"));
    if (fault != null && fault.moment() == Moment.BEFORE) {
      throw new IOException("Injected: " + fault);
    }
    return fault != null;
  }

  /** The same for a server whose clients see a connection that ends. */
  static RequestFate fate(String kind, String name) {
    try {
      return asked(kind, name) ? RequestFate.ANSWER_LOST : RequestFate.ANSWERED;
    } catch (IOException e) {
      return RequestFate.CUT_OFF;
    }
  }

  private static synchronized @Nullable Fault reached(String kind, String name) {
    if (!watching) {
      return null;
    }
    Call call = new Call(kind, name, COUNTS.merge(kind + " " + name, 1, Integer::sum));
    CALLS.add(call);
    if (armed == null || !armed.call().equals(call)) {
      return null;
    }
    hit = true;
    return armed;
  }

  /** The error that the caller gets instead of the answer. */
  static IOException lost() {
    return new IOException("Injected: the answer is lost.");
  }

  static void loseIf(boolean isLost) throws IOException {
    if (isLost) {
      throw lost();
    }
  }
}
