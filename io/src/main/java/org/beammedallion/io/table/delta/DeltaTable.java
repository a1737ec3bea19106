package org.beammedallion.io.table.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.transaction.UpdateTableTransactionBuilder;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableMaintenance;
import org.beammedallion.io.table.TableSnapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Delta table. A change carries its name as Delta's own transaction identifier, so that any
 * engine recognises a repeat. An append is rebased on what others committed meanwhile; every other
 * change is refused if the table moved.
 */
public final class DeltaTable implements Table {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaTable.class);
  static final String ENGINE = "beam-medallion";

  private final String uri;
  private final TableLayout layout;
  private final Storage storage;
  private final Engine engine;
  private final StructType columns;

  private DeltaTable(String uri, TableLayout layout, Storage storage) {
    this.uri = uri;
    this.layout = layout;
    this.storage = storage;
    engine = new StorageEngine(storage);
    columns = DeltaTypes.structOf(layout.columns());
  }

  public static DeltaTable of(String uri, TableLayout layout) {
    Storage storage = Storage.of(uri);
    return new DeltaTable(storage.canonical(uri), layout, storage);
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public TableLayout layout() {
    return layout;
  }

  @Override
  public Optional<TableSnapshot> snapshot() throws IOException {
    SnapshotImpl snapshot = load(null);
    return snapshot == null ? Optional.empty() : Optional.of(snapshotOf(snapshot));
  }

  TableSnapshot snapshotOf(SnapshotImpl snapshot) throws IOException {
    List<DataFile> files = new ArrayList<>();
    forEachFile(snapshot, file -> files.add(dataFile(file)));
    return new TableSnapshot(snapshot.getVersion(), files);
  }

  /** Takes the live files of a version, one by one. */
  interface FileVisitor {
    void visit(AddFile file) throws IOException;
  }

  void forEachFile(SnapshotImpl snapshot, FileVisitor visitor) throws IOException {
    try (CloseableIterator<FilteredColumnarBatch> batches = scan(snapshot)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            visitor.visit(addFileOf(rows.next()));
          }
        }
      }
    }
  }

  @Override
  public TableHistory history() {
    return new DeltaHistory(this);
  }

  @Override
  public TableMaintenance maintenance() {
    return new DeltaMaintenance(this);
  }

  Engine engine() {
    return engine;
  }

  Storage storage() {
    return storage;
  }

  @Override
  public FileRules fileRules() {
    return FileRules.BY_NAME;
  }

  @Override
  public OptionalLong lastCycle(String applicationId) throws IOException {
    SnapshotImpl snapshot = load(null);
    return snapshot == null ? OptionalLong.empty() : lastCycle(snapshot, applicationId);
  }

  private OptionalLong lastCycle(SnapshotImpl snapshot, String applicationId) {
    return snapshot
        .getLatestTransactionVersion(engine, applicationId)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  @Nullable SnapshotImpl load(@Nullable Committer committer) throws IOException {
    return load(committer, null);
  }

  /** The table at a version, or at the latest one where that is null; null where there is none. */
  @Nullable SnapshotImpl load(@Nullable Committer committer, @Nullable Long version)
      throws IOException {
    if (storage.stat(uri).isPresent()) {
      throw new TableException(
          "There can be no Delta table '"
              + uri
              + "': a file of that name exists. Remove it or name another folder.",
          null);
    }
    try {
      var builder = TableManager.loadSnapshot(uri);
      builder = version == null ? builder : builder.atVersion(version);
      Snapshot snapshot =
          (committer == null ? builder : builder.withCommitter(committer)).build(engine);
      SnapshotImpl loaded = (SnapshotImpl) snapshot;
      requireUsable(loaded);
      return loaded;
    } catch (TableNotFoundException e) {
      return null;
    } catch (KernelException | KernelEngineException e) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' cannot be read: "
              + e.getMessage()
              + " Open it with the engine that wrote it, or name another folder.",
          e);
    }
  }

  private void requireUsable(SnapshotImpl snapshot) throws TableException {
    DeltaProtocol.requireSupported(uri, snapshot);
    List<String> differences = DeltaTypes.differences(columns, snapshot.getSchema());
    if (!differences.isEmpty()) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' differs from the contract: "
              + String.join("; ", differences)
              + ". Change the contract or the table, or write to another folder.",
          null);
    }
    if (!snapshot.getPartitionColumnNames().equals(layout.partitionColumns())) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' is partitioned by "
              + snapshot.getPartitionColumnNames()
              + ", and the pipeline says "
              + layout.partitionColumns()
              + ". A table keeps its partitions: change the pipeline's partitionBy, or write to another folder.",
          null);
    }
  }

  private CloseableIterator<FilteredColumnarBatch> scan(SnapshotImpl snapshot) {
    return ((ScanImpl) snapshot.getScanBuilder().build()).getScanFiles(engine, true);
  }

  private AddFile addFileOf(Row scanFile) throws TableException {
    AddFile file = new AddFile(scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
    if (file.getDeletionVector().isPresent()) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' has deletion vectors ('"
              + file.getPath()
              + "'), which are not supported here yet. In Spark, set delta.enableDeletionVectors=false on it and run "
              + "REORG TABLE … APPLY (PURGE).",
          null);
    }
    return file;
  }

  private DataFile dataFile(AddFile file) {
    DeltaStatistics.Parsed statistics = DeltaStatistics.parse(statsOf(file), layout.columns());
    Map<String, @Nullable String> partitionValues =
        VectorUtils.toJavaMap(file.getPartitionValues());
    return new DataFile(
        DeltaPaths.decoded(file.getPath()),
        partitionValues,
        statistics.rows(),
        file.getSize(),
        statistics.columns());
  }

  private static @Nullable String statsOf(AddFile file) {
    return file.getStatsJson().orElse(null);
  }

  @Override
  public CommitResult commit(CommitRequest request) throws IOException {
    AnnotatingCommitter committer = committerOf(request);
    SnapshotImpl snapshot = load(committer);
    if (snapshot != null && isCommitted(snapshot, request)) {
      return new CommitResult(Outcome.ALREADY_COMMITTED, snapshot.getVersion());
    }
    if (request.adds().isEmpty() && request.removes().isEmpty() && !request.commitIfEmpty()) {
      return new CommitResult(
          Outcome.EMPTY, snapshot == null ? CommitRequest.NO_TABLE : snapshot.getVersion());
    }
    if (snapshot == null) {
      create();
      snapshot = load(committer);
      if (snapshot == null) {
        throw new TableException(
            "The Delta table '" + uri + "' vanished while it was being made. Run again.", null);
      }
    }
    requireUnmoved(snapshot, request);
    if (!request.removes().isEmpty()
        && Boolean.parseBoolean(snapshot.getTableProperties().get("delta.appendOnly"))) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' is append-only (delta.appendOnly=true), and the change replaces files. Append, or lift the property.",
          null);
    }
    try {
      UpdateTableTransactionBuilder builder =
          snapshot
              .buildUpdateTableTransaction(ENGINE, Operation.WRITE)
              .withTransactionId(request.applicationId(), request.cycle());
      if (request.operation() != CommitRequest.Operation.APPEND) {
        builder = builder.withMaxRetries(0);
      }
      Transaction transaction = builder.build(engine);
      List<Row> actions = actions(snapshot, request);
      TransactionCommitResult result = transaction.commit(engine, iterable(actions));
      runHooks(result);
      return new CommitResult(Outcome.COMMITTED, result.getVersion());
    } catch (ConcurrentTransactionException e) {
      return alreadyCommitted();
    } catch (ConcurrentWriteException | MaxCommitRetryLimitReachedException e) {
      SnapshotImpl latest = load(null);
      if (latest != null && isCommitted(latest, request)) {
        return new CommitResult(Outcome.ALREADY_COMMITTED, latest.getVersion());
      }
      throw moved(latest == null ? CommitRequest.NO_TABLE : latest.getVersion(), request, e);
    } catch (KernelException | KernelEngineException e) {
      throw new TableException(
          "The Delta table '" + uri + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private CommitResult alreadyCommitted() throws IOException {
    SnapshotImpl latest = load(null);
    return new CommitResult(
        Outcome.ALREADY_COMMITTED, latest == null ? CommitRequest.NO_TABLE : latest.getVersion());
  }

  private boolean isCommitted(SnapshotImpl snapshot, CommitRequest request) {
    OptionalLong last = lastCycle(snapshot, request.applicationId());
    return last.isPresent() && last.getAsLong() >= request.cycle();
  }

  private void requireUnmoved(SnapshotImpl snapshot, CommitRequest request) throws IOException {
    if (request.operation() == CommitRequest.Operation.APPEND
        || snapshot.getVersion() == request.readVersion()) {
      return;
    }
    // Whoever saw no table may find one that was made and holds nothing.
    if (request.readVersion() == CommitRequest.NO_TABLE
        && snapshot.getVersion() == 0
        && isEmpty(snapshot)) {
      return;
    }
    throw moved(snapshot.getVersion(), request, null);
  }

  private boolean isEmpty(SnapshotImpl snapshot) throws IOException {
    try (CloseableIterator<FilteredColumnarBatch> batches = scan(snapshot)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          if (rows.hasNext()) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private ConcurrentCommitException moved(
      long version, CommitRequest request, @Nullable Throwable cause) {
    String read =
        request.readVersion() == CommitRequest.NO_TABLE
            ? "no table"
            : "version " + request.readVersion();
    return new ConcurrentCommitException(
        "Somebody else wrote to the Delta table '"
            + uri
            + "' while cycle "
            + request.cycle()
            + " of '"
            + request.applicationId()
            + "' was at work: it is at version "
            + version
            + (request.operation() == CommitRequest.Operation.APPEND
                ? ""
                : " and the change was computed on " + read)
            + ". Nothing was changed; compute it again on the latest version.",
        cause);
  }

  /** Makes the table, empty; does nothing where another was faster. */
  private void create() throws IOException {
    // Data files may be staged there already.
    if (storage.listDirect(uri).stream()
        .anyMatch(file -> !file.name().matches("[._].*|.*\\.parquet"))) {
      throw new TableException(
          "Cannot make the Delta table '"
              + uri
              + "': the folder holds files that belong to no Delta table. Empty it or choose another folder.",
          null);
    }
    if (storage.listDirect(uri + "/metadata").stream()
        .anyMatch(file -> file.name().endsWith(".metadata.json"))) {
      throw new TableException(
          "Cannot make the Delta table '"
              + uri
              + "': there is an Iceberg table. Set 'format: iceberg', or choose another folder.",
          null);
    }
    DataLayoutSpec partitions =
        layout.partitionBy().isEmpty()
            ? DataLayoutSpec.noDataLayout()
            : DataLayoutSpec.partitioned(
                layout.partitionColumns().stream().map(Column::new).toList());
    try {
      TableManager.buildCreateTableTransaction(uri, columns, ENGINE)
          .withDataLayoutSpec(partitions)
          .withTableProperties(Map.of("delta.parquet.compression.codec", "zstd"))
          .build(engine)
          .commit(engine, CloseableIterable.emptyIterable());
    } catch (TableAlreadyExistsException
        | ConcurrentWriteException
        | MaxCommitRetryLimitReachedException e) {
      LOG.debug("Another made the table '{}' first.", uri, e);
    } catch (KernelException | KernelEngineException e) {
      throw new TableException("Cannot make the Delta table '" + uri + "': " + e.getMessage(), e);
    }
  }

  private List<Row> actions(SnapshotImpl snapshot, CommitRequest request) throws IOException {
    List<Row> actions = new ArrayList<>(removals(snapshot, request.removes(), true));
    request.adds().forEach(file -> actions.add(addition(file, true)));
    return actions;
  }

  Row addition(DataFile file, boolean dataChange) {
    Map<Integer, Object> values = new HashMap<>();
    put(values, "path", DeltaPaths.encoded(file.path()));
    put(values, "partitionValues", VectorUtils.stringStringMapValue(file.partitionValues()));
    put(values, "size", file.bytes());
    put(values, "modificationTime", System.currentTimeMillis());
    put(values, "dataChange", dataChange);
    put(values, "stats", DeltaStatistics.write(file, layout.columns()));
    return SingleAction.createAddFileSingleAction(new GenericRow(AddFile.FULL_SCHEMA, values));
  }

  private static void put(Map<Integer, Object> values, String name, Object value) {
    values.put(AddFile.FULL_SCHEMA.indexOf(name), value);
  }

  /**
   * The removals repeat the log's own words: a path that is encoded in another way would not be
   * found.
   */
  List<Row> removals(SnapshotImpl snapshot, List<DataFile> removes, boolean dataChange)
      throws IOException {
    Map<String, DataFile> wanted = new TreeMap<>();
    removes.forEach(file -> wanted.put(file.path(), file));
    List<Row> removals = new ArrayList<>();
    if (wanted.isEmpty()) {
      return removals;
    }
    long now = System.currentTimeMillis();
    forEachFile(
        snapshot,
        file -> {
          if (wanted.remove(DeltaPaths.decoded(file.getPath())) != null) {
            removals.add(
                SingleAction.createRemoveFileSingleAction(
                    file.toRemoveFileRow(dataChange, Optional.of(now))));
          }
        });
    if (!wanted.isEmpty()) {
      throw new ConcurrentCommitException(
          "The Delta table '"
              + uri
              + "' does not hold the files that are to be replaced any more, '"
              + wanted.keySet().iterator().next()
              + "' among them. Nothing was changed; compute the change again on the latest version.",
          null);
    }
    return removals;
  }

  static CloseableIterable<Row> iterable(List<Row> actions) {
    return new CloseableIterable<>() {
      @Override
      public CloseableIterator<Row> iterator() {
        Iterator<Row> iterator = actions.iterator();
        return new CloseableIterator<>() {
          @Override
          public boolean hasNext() {
            return iterator.hasNext();
          }

          @Override
          public Row next() {
            return iterator.next();
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public void close() {}
    };
  }

  private static AnnotatingCommitter committerOf(CommitRequest request) {
    Map<String, String> metrics = new TreeMap<>(request.metrics());
    metrics.put("numFiles", Long.toString(request.adds().size()));
    metrics.put("numRemovedFiles", Long.toString(request.removes().size()));
    metrics.put(
        "numOutputRows", Long.toString(request.adds().stream().mapToLong(DataFile::rows).sum()));
    metrics.put(
        "numOutputBytes", Long.toString(request.adds().stream().mapToLong(DataFile::bytes).sum()));
    return switch (request.operation()) {
      case APPEND -> new AnnotatingCommitter("WRITE", Map.of("mode", "Append"), metrics, true);
      case UPSERT -> new AnnotatingCommitter("MERGE", Map.of(), metrics, false);
      case OVERWRITE ->
          new AnnotatingCommitter("WRITE", Map.of("mode", "Overwrite"), metrics, false);
    };
  }

  void runHooks(TransactionCommitResult result) {
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      if (hook.getType() == PostCommitHookType.CHECKPOINT) {
        try {
          hook.threadSafeInvoke(engine);
        } catch (IOException | KernelException | KernelEngineException e) {
          // The commit stands; the next checkpoint makes up for this one.
          LOG.warn("The checkpoint of version {} of '{}' failed.", result.getVersion(), uri, e);
        }
      }
    }
  }
}
