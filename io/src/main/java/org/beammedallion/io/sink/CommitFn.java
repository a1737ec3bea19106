package org.beammedallion.io.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.transforms.DoFn;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;

/** Commits what was staged. A runner may call it any number of times. */
final class CommitFn extends DoFn<String, TableCommit> {

  /** What is done to the rows that the table has. */
  enum Change {
    APPEND,
    UPSERT,
    OVERWRITE,
    OVERWRITE_PARTITIONS
  }

  /** The name of a commit. */
  record Name(String application, long number) implements Serializable {}

  private final String format;
  private final String folder;
  private final TableLayout layout;
  private final Name name;
  private final Change change;
  private final long readVersion;
  private final List<DataFile> live;

  /**
   * @param readVersion of the table, for which the change was computed
   * @param live files of that version
   */
  CommitFn(
      String format,
      String folder,
      TableLayout layout,
      Name name,
      Change change,
      long readVersion,
      List<DataFile> live) {
    this.format = format;
    this.folder = folder;
    this.layout = layout;
    this.name = name;
    this.change = change;
    this.readVersion = readVersion;
    this.live = List.copyOf(live);
  }

  @ProcessElement
  public void process(@Element String resultUri, OutputReceiver<TableCommit> output)
      throws IOException {
    output.output(commit(resultUri));
  }

  TableCommit commit(String resultUri) throws IOException {
    Storage storage = Storage.of(resultUri);
    StageResult result;
    try (InputStream in = storage.open(resultUri)) {
      result = StagedJson.decode(in.readAllBytes());
    }
    requireEveryRow(result);
    Table table = TableFormat.named(format).table(TableDefinition.ofFolder(folder, layout));
    CommitResult done;
    try {
      done = table.commit(request(result));
    } catch (ConcurrentCommitException e) {
      throw new TableException(
          "Another writer has committed to '"
              + folder
              + "' since this pipeline was built, and its result is no longer valid. The table was not changed. Build and run the pipeline again.",
          e);
    }
    // Files of a repeat are left for the table's clean-up: a runner that calls this step again, for
    // it has lost the answer, brings the very files that were committed.
    boolean repeated = done.alreadyCommitted() && !holds(table, result);
    return new TableCommit(folder, done.version(), repeated, repeated ? 0 : result.published());
  }

  /** Whether the table has the files: then it was an earlier call of this step that committed. */
  private static boolean holds(Table table, StageResult result) throws IOException {
    Set<String> live = new HashSet<>();
    table.snapshot().ifPresent(snapshot -> snapshot.files().forEach(file -> live.add(file.path())));
    return !result.files().isEmpty()
        && result.files().stream().allMatch(file -> live.contains(file.path()));
  }

  /** A runner that computed a step again, in another way, would lose or double rows. */
  private void requireEveryRow(StageResult result) {
    long rows = change == Change.UPSERT ? result.rows().keyed() : result.published();
    if (result.accepted() != rows) {
      throw new IllegalStateException(
          result.accepted()
              + " rows came to '"
              + folder
              + "' and "
              + rows
              + " were staged. Nothing was committed. Run again; if it stays so, it is a defect of the runner or of this"
              + " program.");
    }
  }

  private CommitRequest request(StageResult result) {
    return switch (change) {
      case APPEND -> CommitRequest.append(result.files(), name.application(), name.number());
      case UPSERT -> replace(Operation.UPSERT, result, named(result.removed()));
      case OVERWRITE -> replace(Operation.OVERWRITE, result, live);
      case OVERWRITE_PARTITIONS ->
          replace(Operation.OVERWRITE, result, DataFile.inPartitionsOf(result.files(), live));
    };
  }

  private CommitRequest replace(Operation operation, StageResult result, List<DataFile> removed) {
    return CommitRequest.replace(
        operation, result.files(), removed, readVersion, name.application(), name.number());
  }

  private List<DataFile> named(List<String> paths) {
    Set<String> names = new HashSet<>(paths);
    return live.stream().filter(file -> names.contains(file.path())).toList();
  }
}
