package org.beammedallion.io.table.delta;

import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.fs.Path;
import io.delta.kernel.internal.lang.Lazy;
import io.delta.kernel.internal.metrics.SnapshotQueryContext;
import io.delta.kernel.internal.replay.LogReplay;
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * The latest version of a table as it was last seen, for as long as nobody commits another: to ask
 * that is three requests, whatever the length of the log and the number of files. Thread-safe.
 */
final class LatestVersion {

  private final Storage storage;
  private @Nullable Seen seen;

  /**
   * A version.
   *
   * @param commit its entry in the log; a table that was removed and made again has another
   * @param files its live files, once somebody has asked for them
   * @param cycles the highest cycle of each application that somebody has asked for
   */
  private record Seen(
      SnapshotImpl snapshot,
      StoredFile commit,
      @Nullable TableSnapshot files,
      Map<String, OptionalLong> cycles) {

    Seen(SnapshotImpl snapshot, StoredFile commit, @Nullable TableSnapshot files) {
      this(snapshot, commit, files, new HashMap<>());
    }

    /** Also for the same version with another committer. */
    boolean is(SnapshotImpl other) {
      return other.getLazyLogSegment() == snapshot.getLazyLogSegment();
    }
  }

  /** Reads the latest version from the log. */
  @FunctionalInterface
  interface Loading {
    @Nullable SnapshotImpl load() throws IOException;
  }

  /** Reads the live files of a version. */
  @FunctionalInterface
  interface Listing {
    TableSnapshot files(SnapshotImpl snapshot) throws IOException;
  }

  LatestVersion(Storage storage) {
    this.storage = storage;
  }

  /** The latest version, or null where there is no table. */
  synchronized @Nullable SnapshotImpl get(Loading loading) throws IOException {
    Seen known = seen;
    if (known != null && isLatest(known)) {
      return known.snapshot();
    }
    seen = null;
    SnapshotImpl loaded = loading.load();
    if (loaded != null) {
      keep(loaded);
    }
    return loaded;
  }

  /** The live files of a version, which are kept where it is the latest. */
  synchronized TableSnapshot files(SnapshotImpl snapshot, Listing listing) throws IOException {
    Seen known = seen;
    if (known == null || !known.is(snapshot)) {
      return listing.files(snapshot);
    }
    TableSnapshot files = known.files();
    if (files == null) {
      files = listing.files(snapshot);
      seen = new Seen(known.snapshot(), known.commit(), files, known.cycles());
    }
    return files;
  }

  /** The highest cycle that an application has committed to a version. */
  synchronized OptionalLong lastCycle(SnapshotImpl snapshot, Engine engine, String applicationId) {
    Seen known = seen;
    Map<String, OptionalLong> cycles =
        known != null && known.is(snapshot) ? known.cycles() : new HashMap<>();
    return cycles.computeIfAbsent(
        applicationId,
        id ->
            snapshot
                .getLatestTransactionVersion(engine, id)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty));
  }

  /** Forgets what was seen. */
  synchronized void forget() {
    seen = null;
  }

  /**
   * Goes on to the version that a commit has made which changed files alone.
   *
   * @param added files as the log has them now
   */
  synchronized void committed(
      TransactionCommitResult result, CommitRequest request, List<DataFile> added)
      throws IOException {
    Seen before = seen;
    TableSnapshot files = before == null ? null : before.files();
    follow(result);
    Seen now = seen;
    if (before == null
        || files == null
        || now == null
        || now.snapshot().getVersion() != before.snapshot().getVersion() + 1) {
      return;
    }
    Set<String> removed = new HashSet<>();
    request.removes().forEach(file -> removed.add(file.path()));
    // Kernel lists the files of the newest commit first.
    List<DataFile> live = new ArrayList<>(added);
    files.files().stream().filter(file -> !removed.contains(file.path())).forEach(live::add);
    seen =
        new Seen(
            now.snapshot(), now.commit(), new TableSnapshot(now.snapshot().getVersion(), live));
  }

  private void follow(TransactionCommitResult result) throws IOException {
    seen = null;
    Optional<SnapshotImpl> made = result.getPostCommitSnapshot().map(SnapshotImpl.class::cast);
    if (made.isPresent()) {
      keep(made.get());
    }
  }

  private void keep(SnapshotImpl snapshot) throws IOException {
    Optional<StoredFile> commit = storage.stat(commitFile(snapshot, snapshot.getVersion()));
    if (commit.isPresent()) {
      seen = new Seen(snapshot, commit.get(), null);
    }
  }

  private boolean isLatest(Seen known) throws IOException {
    SnapshotImpl snapshot = known.snapshot();
    return storage.stat(commitFile(snapshot, snapshot.getVersion() + 1)).isEmpty()
        && storage
            .stat(commitFile(snapshot, snapshot.getVersion()))
            .equals(Optional.of(known.commit()))
        && isReadable(snapshot);
  }

  /** Files of the log that others make superfluous are removed from the oldest on. */
  private boolean isReadable(SnapshotImpl snapshot) throws IOException {
    LogSegment log = snapshot.getLogSegment();
    List<FileStatus> files =
        log.getCheckpoints().isEmpty() ? log.getDeltas() : log.getCheckpoints();
    FileStatus oldest = files.get(0);
    return storage.stat(oldest.getPath()).isPresent();
  }

  private static String commitFile(SnapshotImpl snapshot, long version) {
    return FileNames.deltaFile(snapshot.getLogPath(), version);
  }

  /** The same version, whose changes another committer writes. */
  static SnapshotImpl withCommitter(SnapshotImpl snapshot, Engine engine, Committer committer) {
    Path path = snapshot.getDataPath();
    SnapshotQueryContext query = SnapshotQueryContext.forLatestSnapshot(path.toString());
    query.setResolvedVersion(snapshot.getVersion());
    return new SnapshotImpl(
        path,
        snapshot.getVersion(),
        snapshot.getLazyLogSegment(),
        new LogReplay(
            engine, path, snapshot.getLazyLogSegment(), new Lazy<>(snapshot::getCurrentCrcInfo)),
        snapshot.getProtocol(),
        snapshot.getMetadata(),
        committer,
        query,
        Optional.empty());
  }
}
