package org.beammedallion.io.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A table of many live files, each with its statistics. {@code -Dfiles=1000000} loads a million in
 * the 2 GB that tests have.
 */
class ManyLiveFilesTest {

  private static final int FILES = Integer.getInteger("files", 5_000);
  private static final int COMMITS = 25;
  private static final String APP = "orders/silver";

  @TempDir Path folder;

  private Table open(String format) {
    return TableFormat.named(format)
        .table(TableDefinition.ofFolder(folder + "/orders", Orders.LAYOUT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void isLoadedAndChanged(String format) throws IOException {
    Table table = open(format);
    DataFile written = Orders.write(table, "file", 0, 50).get(0);
    int perCommit = FILES / COMMITS;
    for (int commit = 0; commit < COMMITS; commit++) {
      List<DataFile> files = new ArrayList<>();
      for (int i = 0; i < perCommit; i++) {
        files.add(
            new DataFile(
                written.path().replace("file", "file-%d-%d".formatted(commit, i)),
                written.partitionValues(),
                written.rows(),
                written.bytes(),
                written.statistics()));
      }
      // A commit opens only the first of its files; the others need not exist.
      Files.copy(Path.of(written.uri(table.uri())), Path.of(files.get(0).uri(table.uri())));
      table.commit(CommitRequest.append(files, APP, commit + 1));
    }

    Table another = open(format);
    TableSnapshot snapshot = another.snapshot().orElseThrow();
    assertThat(snapshot.files().size(), is(perCommit * COMMITS));
    assertThat(snapshot.rows(), is(50L * perCommit * COMMITS));
    Set<String> paths = new HashSet<>();
    for (DataFile file : snapshot.files()) {
      paths.add(file.path());
      assertThat(file.statistics().size(), is(written.statistics().size()));
    }
    assertThat(paths.size(), is(perCommit * COMMITS));

    DataFile removed = snapshot.files().get(perCommit);
    another.commit(
        CommitRequest.replace(
            CommitRequest.Operation.UPSERT,
            List.of(),
            List.of(removed),
            snapshot.version(),
            APP,
            COMMITS + 1));
    List<DataFile> left = open(format).snapshot().orElseThrow().files();
    assertThat(left.size(), is(perCommit * COMMITS - 1));
    assertThat(left.stream().anyMatch(file -> file.path().equals(removed.path())), is(false));
  }
}
