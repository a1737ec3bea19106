package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.io.table.TableVersion.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Which cycles each version of a table has the changes of. A cycle commits once, on one state, so
 * the last one whose changes are there names them all. Compactions and commits of others leave it
 * as it is, a rollback goes back to that of an earlier version.
 *
 * @param byVersion the last cycle of each version that is kept, the oldest version first
 * @param before the state that a cycle was committed on
 * @param whole whether every version is kept
 */
record CycleStates(Map<Long, String> byVersion, Map<String, String> before, boolean whole) {

  /** No cycle has committed yet. */
  static final String NOTHING = "";

  /** The versions that would tell are not kept. */
  static final String UNKNOWN = "?";

  static CycleStates of(TableHistory history) throws IOException {
    boolean whole = history.isWhole();
    List<TableVersion> versions = new ArrayList<>(history.versions());
    Collections.reverse(versions);
    Map<Long, String> byVersion = new LinkedHashMap<>();
    Map<String, String> before = new HashMap<>();
    String state = whole ? NOTHING : UNKNOWN;
    for (TableVersion version : versions) {
      Long rolledBackTo = version.rolledBackTo();
      if (rolledBackTo != null) {
        state =
            rolledBackTo == CommitRequest.NO_TABLE
                ? NOTHING
                : byVersion.getOrDefault(rolledBackTo, UNKNOWN);
      } else if (version.origin() != null) {
        String cycle = nameOf(version.origin());
        before.put(cycle, state);
        state = cycle;
      }
      byVersion.put(version.version(), state);
    }
    return new CycleStates(byVersion, before, whole);
  }

  /** The same for all tables of a pipeline's cycle. */
  private static String nameOf(Origin origin) {
    String application = origin.applicationId();
    return application.substring(0, application.lastIndexOf('/') + 1) + origin.cycle();
  }

  /**
   * The version of another table that belongs to one of this table.
   *
   * @param version of this table
   * @return null where it is not kept, or cannot be told; {@link CommitRequest#NO_TABLE} where the
   *     other table had no rows
   */
  @Nullable Long matching(long version, CycleStates other) {
    String state = byVersion.getOrDefault(version, UNKNOWN);
    // Cycles that brought nothing for the other table may have left no version of it.
    while (!state.equals(NOTHING) && !state.equals(UNKNOWN)) {
      Long found = other.latest(state);
      if (found != null) {
        return found;
      }
      state = before.getOrDefault(state, UNKNOWN);
    }
    return state.equals(NOTHING) && other.whole() ? (Long) CommitRequest.NO_TABLE : null;
  }

  private @Nullable Long latest(String state) {
    Long latest = null;
    for (Map.Entry<Long, String> version : byVersion.entrySet()) {
      if (version.getValue().equals(state)) {
        latest = version.getKey();
      }
    }
    return latest;
  }
}
