package org.beammedallion.io.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log of a pipeline's cycles: small JSON files, each written once with
 * put-if-absent, one folder for each kind. A cycle goes through {@code plan}, one or more {@code
 * attempt}s, {@code staged} and {@code completed}, in this order; a driver that finds a cycle
 * between two of them goes on from there. Long completed cycles are moved into segments, and the
 * names of files that were read into a sorted index, so that the folders stay small: {@code
 * docs/adr/0017-progress-log.md}.
 */
public final class ProgressLog {

  private static final int INDEX_EVERY = 10;

  /** A cycle of at least this number of files is added to the index of names immediately. */
  private static final int MANY_FILES = 1000;

  private final LogFiles files;
  private final Storage storage;
  private final History history;
  private final NameIndexes names;

  private ProgressLog(LogFiles files) {
    this.files = files;
    this.storage = files.storage();
    this.history = new History(files);
    this.names = new NameIndexes(files);
  }

  /**
   * Opens the log of a pipeline.
   *
   * @param root the pipeline's own folder in the lake
   * @throws NewerFormatException where a newer version of the program has written to it
   */
  public static ProgressLog of(String root) throws IOException {
    return of(root, Storage.of(root));
  }

  static ProgressLog of(String root, Storage storage) throws IOException {
    LogFiles files = new LogFiles(storage.canonical(root), storage);
    LakeFormat.require(files);
    return new ProgressLog(files);
  }

  /** Asks whether the caller may still change the log. */
  @FunctionalInterface
  public interface Ownership {
    /**
     * @throws FencedException where another driver has taken over
     */
    void check() throws IOException;
  }

  private String attemptFile(long cycle, int number) {
    return files.file(Kind.ATTEMPT, String.format(Locale.ROOT, "%010d-%04d.json", cycle, number));
  }

  /** Number of the newest cycle that was planned, or empty before the first. */
  public OptionalLong newestPlanned() throws IOException {
    return files.ofCycles(Kind.PLAN).stream().mapToLong(LogFiles::cycleOf).max();
  }

  /** Number of the newest cycle that was completed, or 0 before the first. */
  public long newestCompleted() throws IOException {
    long newest = newestPlanned().orElse(0);
    return newest == 0 || isCompleted(newest) ? newest : newest - 1;
  }

  public boolean isCompleted(long cycle) throws IOException {
    if (storage.stat(files.file(Kind.COMPLETED, cycle)).isPresent()) {
      return true;
    }
    history.refresh();
    return history.segments().stream().anyMatch(segment -> segment.holds(cycle));
  }

  /**
   * The plan of a cycle that is not in the history yet.
   *
   * @throws DamagedLogException where there is none
   */
  public CyclePlan plan(long cycle) throws IOException {
    return files.read(Kind.PLAN, files.file(Kind.PLAN, cycle), CyclePlan.class);
  }

  /**
   * Writes the plan of the next cycle. Cycles are completed in the order of their numbers, for a
   * table knows of a pipeline only the highest that it has.
   *
   * @throws FencedException where another driver has planned it meanwhile
   * @throws DamagedLogException where the cycle has had a plan that is lost: what was staged for
   *     that one would be committed as the work of this one
   * @throws IllegalArgumentException where the cycle before it is not complete
   */
  public void putPlan(CyclePlan plan) throws IOException {
    if (plan.cycle() > 1 && !isCompleted(plan.cycle() - 1)) {
      throw new IllegalArgumentException(
          "Cycle "
              + plan.cycle()
              + " of pipeline '"
              + plan.pipeline()
              + "' cannot be planned before the cycle before it is complete.");
    }
    String uri = files.file(Kind.PLAN, plan.cycle());
    if (hasWork(plan.cycle()) && storage.stat(uri).isEmpty()) {
      throw new DamagedLogException(
          uri,
          "is missing, but 'staged' or 'ledgers' has files of the cycle",
          Kind.PLAN.repair(),
          null);
    }
    LakeFormat.raiseFor(plan, files);
    if (!storage.putIfAbsent(uri, LogFiles.bytes(plan))) {
      throw new FencedException(
          "Another driver of pipeline '"
              + plan.pipeline()
              + "' has just planned cycle "
              + plan.cycle()
              + ". This one stops, without having changed anything; run one driver of a pipeline at a time.");
    }
  }

  /** Whether anything was written for a cycle that others see; a claim alone is not. */
  private boolean hasWork(long cycle) throws IOException {
    return storage.stat(files.file(Kind.COMPLETED, cycle)).isPresent()
        || files.ofCycles(Kind.STAGED).stream().anyMatch(file -> LogFiles.cycleOf(file) == cycle);
  }

  /** The newest claim to a cycle, or empty where it was not begun. */
  public Optional<Attempt> newestAttempt(long cycle) throws IOException {
    String prefix = String.format(Locale.ROOT, "%010d-", cycle);
    Optional<StoredFile> newest =
        storage.listDirect(files.folder(Kind.ATTEMPT)).stream()
            .filter(file -> file.name().startsWith(prefix) && file.name().endsWith(".json"))
            .reduce((first, second) -> second);
    return newest.isEmpty()
        ? Optional.empty()
        : Optional.of(files.read(Kind.ATTEMPT, newest.get().uri(), Attempt.class));
  }

  /**
   * Claims a cycle.
   *
   * @throws FencedException where another driver has claimed the same number
   */
  public void putAttempt(Attempt attempt) throws IOException {
    if (!storage.putIfAbsent(
        attemptFile(attempt.cycle(), attempt.number()), LogFiles.bytes(attempt))) {
      throw new FencedException(
          "Another driver has just claimed cycle "
              + attempt.cycle()
              + ". This one stops, without having changed anything; run one driver of a pipeline at a time.");
    }
  }

  /** Says whether the driver of an attempt still owns its cycle. */
  public void checkOwner(Attempt attempt) throws IOException {
    Attempt newest = newestAttempt(attempt.cycle()).orElse(attempt);
    if (newest.number() != attempt.number() || !newest.owner().equals(attempt.owner())) {
      throw new FencedException(
          "Cycle "
              + attempt.cycle()
              + " was taken over by another driver (process "
              + newest.pid()
              + " on "
              + newest.host()
              + ", since "
              + newest.claimed()
              + "), which thought this one dead. This one stops; the other completes the cycle.");
    }
  }

  /** A sign of life of the driver: overwritten, so its age tells whether the driver lives. */
  public void beat(Attempt attempt) throws IOException {
    try (var out = storage.create(files.root() + "/heartbeat.json")) {
      out.write(LogFiles.bytes(attempt));
    }
  }

  public Optional<StoredFile> heartbeat() throws IOException {
    return storage.stat(files.root() + "/heartbeat.json");
  }

  /**
   * What the workers of a cycle have staged for a table, as it was last computed, or empty where
   * they have not finished.
   *
   * @param table such as {@code silver.orders}
   * @param mapper knows the type
   */
  public <T> Optional<T> staged(long cycle, String table, JsonMapper mapper, Class<T> type)
      throws IOException {
    String prefix = stagedPrefix(cycle, table);
    Optional<StoredFile> newest =
        storage.listDirect(files.folder(Kind.STAGED)).stream()
            .filter(file -> file.name().startsWith(prefix) && file.name().endsWith(".json"))
            .reduce((first, second) -> second);
    return newest.isEmpty()
        ? Optional.empty()
        : Optional.of(files.read(newest.get().uri(), Kind.STAGED.repair(), mapper, type));
  }

  /**
   * Writes what was staged, after which the cycle is only committed; it is computed again only
   * where another writer's commit made it invalid.
   *
   * @param round counts the times that it was computed
   * @return what is written there, which may come from another driver
   */
  public <T> T putStaged(
      long cycle, String table, int round, T staged, JsonMapper mapper, Class<T> type)
      throws IOException {
    String uri =
        files.file(
            Kind.STAGED,
            stagedPrefix(cycle, table) + String.format(Locale.ROOT, "%04d.json", round));
    return storage.putIfAbsent(uri, mapper.writeValueAsBytes(staged))
        ? staged
        : files.read(uri, Kind.STAGED.repair(), mapper, type);
  }

  private static String stagedPrefix(long cycle, String table) {
    return String.format(Locale.ROOT, "%010d-%s-", cycle, table);
  }

  /** Writes the ledger of a cycle, which completes it. */
  public void complete(long cycle, Object ledger) throws IOException {
    storage.putIfAbsent(files.file(Kind.COMPLETED, cycle), LogFiles.bytes(ledger));
  }

  /** The ledger of a completed cycle, however old. */
  public <T> T ledger(long cycle, Class<T> type) throws IOException {
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      return ledger(cycle, cycles.newLedger(cycle), type);
    }
  }

  private <T> T ledger(long cycle, JsonNode ledger, Class<T> type) throws IOException {
    try {
      return LogFiles.JSON.treeToValue(ledger, type);
    } catch (JsonProcessingException e) {
      throw new DamagedLogException(
          files.file(Kind.COMPLETED, cycle),
          "is not what this program writes there: " + e.getOriginalMessage(),
          Kind.COMPLETED.repair(),
          e);
    }
  }

  /**
   * Hands out what completed cycles have taken, however old, from a cycle back.
   *
   * @param last the first that is handed out; a completed one
   * @param wanted is asked whether to go on
   * @throws DamagedLogException where one cannot be read
   */
  public void ranges(long last, Predicate<TakenRanges> wanted) throws IOException {
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      long cycle = last;
      while (cycle > 0 && wanted.test(TakenRanges.of(cycles.read(cycle)))) {
        cycle--;
      }
    }
  }

  /** Takes the ledger of a cycle. */
  @FunctionalInterface
  public interface LedgerVisitor<T> {
    void visit(long cycle, T ledger) throws IOException;

    /**
     * Called for a completed cycle whose ledger is not there any more.
     *
     * @param why null where it was replaced by an empty object
     * @throws DamagedLogException unless it is overridden, where a file is missing or damaged
     */
    default void lost(long cycle, @Nullable DamagedLogException why) throws IOException {
      if (why != null) {
        throw why;
      }
    }
  }

  /**
   * Hands out the ledgers of completed cycles in their order; memory is that of one block of the
   * history.
   *
   * @param to the last one; what is not completed is left out
   */
  public <T> void ledgers(long from, long to, Class<T> type, LedgerVisitor<T> visitor)
      throws IOException {
    long last = Math.min(to, newestCompleted());
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      for (long cycle = Math.max(1, from); cycle <= last; cycle++) {
        T ledger;
        try {
          JsonNode json = cycles.anyLedger(cycle);
          ledger = json.isEmpty() ? null : ledger(cycle, json, type);
        } catch (DamagedLogException e) {
          visitor.lost(cycle, e);
          continue;
        }
        if (ledger == null) {
          visitor.lost(cycle, null);
        } else {
          visitor.visit(cycle, ledger);
        }
      }
    }
  }

  /**
   * The files that completed cycles have read or refused. Nothing is written.
   *
   * @param completed the newest completed cycle, see {@link #newestCompleted}
   */
  public TakenFiles takenFiles(long completed) throws IOException {
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      return names.taken(names.newest(), completed, cycles::read);
    }
  }

  /**
   * Which cycles have read some files, under whatever name.
   *
   * @param completed the newest completed cycle
   * @return by URI, without files that no cycle has read
   */
  Map<String, FileReading> readings(Collection<String> uris, long completed) throws IOException {
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      return FileReadings.of(uris, completed, cycles::read);
    }
  }

  /**
   * Keeps the log small after a cycle was completed: what it has read goes into the index of names,
   * and long completed cycles go into the history. Most calls have nothing to do. Only for a driver
   * that has a claim; whatever interrupts it loses nothing, and a later call completes it.
   *
   * @param plan of the cycle that was completed
   * @param ownership is asked before anything is deleted
   */
  public void rollUp(CyclePlan plan, Ownership ownership) throws IOException {
    long completed = plan.cycle();
    NameIndex index = names.newest();
    try (CompletedCycles cycles = new CompletedCycles(files)) {
      if (completed - index.cycle() >= INDEX_EVERY || plan.files() >= MANY_FILES) {
        ownership.check();
        index = names.update(index, completed, cycles::read);
      }
      List<StoredFile> plans = files.ofCycles(Kind.PLAN);
      long oldest = plans.isEmpty() ? completed : LogFiles.cycleOf(plans.get(0));
      if (RollUp.isDue(oldest, completed)) {
        ownership.check();
        new RollUp(files, cycles.history(), ownership)
            .run(oldest, completed, index.cycle(), cycles::readWhole);
      }
    }
  }
}
