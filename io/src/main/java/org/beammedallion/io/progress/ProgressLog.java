package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log of a pipeline's cycles: small JSON files, each written once with
 * put-if-absent, one folder for each kind. A cycle goes through {@code plan}, one or more {@code
 * attempt}s, {@code staged} and {@code completed}, in this order; whoever finds a cycle between two
 * of them goes on from there.
 */
public final class ProgressLog {

  private static final int TAKEN_EVERY = 50;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final String root;
  private final Storage storage;

  private ProgressLog(String root, Storage storage) {
    this.root = root;
    this.storage = storage;
  }

  /**
   * @param root the pipeline's own folder in the lake
   */
  public static ProgressLog of(String root) {
    Storage storage = Storage.of(root);
    return new ProgressLog(storage.canonical(root), storage);
  }

  /** The kinds of file, each a folder. */
  private enum Kind {
    PLAN("plans"),
    ATTEMPT("attempts"),
    STAGED("staged"),
    COMPLETED("ledgers"),
    TAKEN("taken");

    private final String folder;

    Kind(String folder) {
      this.folder = folder;
    }
  }

  private String folder(Kind kind) {
    return root + "/" + kind.folder;
  }

  private String file(Kind kind, long cycle) {
    return folder(kind) + "/" + String.format("%010d.json", cycle);
  }

  private String attemptFile(long cycle, int number) {
    return folder(Kind.ATTEMPT) + "/" + String.format("%010d-%04d.json", cycle, number);
  }

  /** Number of the newest cycle that was planned, or empty before the first. */
  public OptionalLong newestPlanned() throws IOException {
    return storage.listDirect(folder(Kind.PLAN)).stream().mapToLong(ProgressLog::cycleOf).max();
  }

  public boolean isCompleted(long cycle) throws IOException {
    return storage.stat(file(Kind.COMPLETED, cycle)).isPresent();
  }

  /**
   * The plan of a cycle.
   *
   * @throws IOException where there is none
   */
  public CyclePlan plan(long cycle) throws IOException {
    return read(file(Kind.PLAN, cycle), CyclePlan.class);
  }

  /**
   * Writes the plan of the next cycle.
   *
   * @throws FencedException where another driver has planned it meanwhile
   */
  public void putPlan(CyclePlan plan) throws IOException {
    if (!storage.putIfAbsent(file(Kind.PLAN, plan.cycle()), bytes(plan))) {
      throw new FencedException(
          "Another driver of pipeline '"
              + plan.pipeline()
              + "' has just planned cycle "
              + plan.cycle()
              + ". This one stops, without having changed anything; run one driver of a pipeline at a time.");
    }
  }

  /** The newest claim to a cycle, or empty where nobody has begun it. */
  public Optional<Attempt> newestAttempt(long cycle) throws IOException {
    String prefix = String.format("%010d-", cycle);
    Optional<StoredFile> newest =
        storage.listDirect(folder(Kind.ATTEMPT)).stream()
            .filter(file -> file.name().startsWith(prefix) && file.name().endsWith(".json"))
            .reduce((first, second) -> second);
    return newest.isEmpty()
        ? Optional.empty()
        : Optional.of(read(newest.get().uri(), Attempt.class));
  }

  /**
   * Claims a cycle.
   *
   * @throws FencedException where another driver has claimed the same number
   */
  public void putAttempt(Attempt attempt) throws IOException {
    if (!storage.putIfAbsent(attemptFile(attempt.cycle(), attempt.number()), bytes(attempt))) {
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
    try (var out = storage.create(root + "/heartbeat.json")) {
      out.write(bytes(attempt));
    }
  }

  public Optional<StoredFile> heartbeat() throws IOException {
    return storage.stat(root + "/heartbeat.json");
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
        storage.listDirect(folder(Kind.STAGED)).stream()
            .filter(file -> file.name().startsWith(prefix) && file.name().endsWith(".json"))
            .reduce((first, second) -> second);
    return newest.isEmpty()
        ? Optional.empty()
        : Optional.of(read(newest.get().uri(), mapper, type));
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
        folder(Kind.STAGED) + "/" + stagedPrefix(cycle, table) + String.format("%04d.json", round);
    return storage.putIfAbsent(uri, mapper.writeValueAsBytes(staged))
        ? staged
        : read(uri, mapper, type);
  }

  private static String stagedPrefix(long cycle, String table) {
    return String.format("%010d-%s-", cycle, table);
  }

  /** Writes the ledger of a cycle, which completes it. */
  public void complete(long cycle, Object ledger) throws IOException {
    storage.putIfAbsent(file(Kind.COMPLETED, cycle), bytes(ledger));
  }

  /** The ledger of a completed cycle. */
  public <T> T ledger(long cycle, Class<T> type) throws IOException {
    return read(file(Kind.COMPLETED, cycle), type);
  }

  /**
   * The files that completed cycles have read, by their URI, as they were then. A file that had
   * vanished before it could be read is not among them: if it comes back it is new. Every {@value
   * #TAKEN_EVERY} cycles the list is written down, so that a long history is not read again and
   * again.
   */
  public Map<String, TakenFile> takenFiles() throws IOException {
    Map<String, TakenFile> taken = new TreeMap<>();
    Optional<StoredFile> snapshot =
        storage.listDirect(folder(Kind.TAKEN)).stream().reduce((first, second) -> second);
    long since = 0;
    if (snapshot.isPresent()) {
      since = cycleOf(snapshot.get());
      taken.putAll(read(snapshot.get().uri(), TakenFiles.class).files());
    }
    long newest = since;
    for (StoredFile file : storage.listDirect(folder(Kind.COMPLETED))) {
      long cycle = cycleOf(file);
      if (cycle > since) {
        for (FileShard shard : plan(cycle).shards()) {
          taken.put(shard.uri(), new TakenFile(shard.size(), shard.modified()));
        }
        read(file.uri(), Vanished.class).vanished().forEach(taken::remove);
        newest = Math.max(newest, cycle);
      }
    }
    if (newest - since >= TAKEN_EVERY) {
      storage.putIfAbsent(file(Kind.TAKEN, newest), bytes(new TakenFiles(taken)));
    }
    return taken;
  }

  private record TakenFiles(Map<String, TakenFile> files) {}

  /** The part of a ledger that this log itself needs. */
  private record Vanished(@JsonProperty("vanished") @Nullable List<String> files) {
    List<String> vanished() {
      return files == null ? List.of() : files;
    }
  }

  private static long cycleOf(StoredFile file) {
    return Long.parseLong(file.name().substring(0, 10));
  }

  private static byte[] bytes(Object value) throws JsonProcessingException {
    return JSON.writeValueAsBytes(value);
  }

  private <T> T read(String uri, Class<T> type) throws IOException {
    return read(uri, JSON, type);
  }

  private <T> T read(String uri, JsonMapper mapper, Class<T> type) throws IOException {
    try (InputStream in = storage.open(uri)) {
      return mapper.readValue(in.readAllBytes(), type);
    } catch (JsonProcessingException e) {
      throw new IOException(
          uri
              + " is not what this version wrote there: "
              + e.getOriginalMessage()
              + ". Restore it from a backup, or move the pipeline's folder away to start from nothing.",
          e);
    }
  }
}
