package org.beammedallion.io.sink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.transforms.row.BeamSchemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A runner that lost the answer of the commit calls it again. */
@ExtendWith(TestPipelineExtension.class)
class CommitFnTest {

  private static final Schema SCHEMA = Schema.builder().addInt64Field("id").build();

  @TempDir Path folder;

  private CommitFn commit(String table) {
    TableLayout layout =
        new TableLayout(
            BeamSchemas.recordSchema(SCHEMA, java.util.Map.of(), List.of()), List.of(), false);
    return new CommitFn(
        "delta",
        table,
        layout,
        new CommitFn.Name("a", 1),
        CommitFn.Change.APPEND,
        CommitRequest.NO_TABLE,
        List.of());
  }

  /** The table's folder, and where the result of the pipeline is. */
  private String write(TestPipeline pipeline, String table) throws Exception {
    pipeline
        .apply(
            Create.of(
                    Row.withSchema(SCHEMA).addValue(1L).build(),
                    Row.withSchema(SCHEMA).addValue(2L).build())
                .withRowSchema(SCHEMA))
        .apply(WriteTable.to(table).commitAs("a", 1).append());
    pipeline.run().waitUntilFinish();
    try (Stream<Path> results = Files.list(folder.resolve("t/_staged"))) {
      return results.findFirst().orElseThrow().toString();
    }
  }

  @Test
  void aSecondCallSaysTheSameAndLeavesTheFilesThere(TestPipeline pipeline) throws Exception {
    String table = folder.resolve("t").toString();
    String result = write(pipeline, table);
    for (int i = 0; i < 2; i++) {
      assertThat(commit(table).commit(result), is(new TableCommit(table, 1, false, 2)));
    }
    Table written =
        TableFormat.named("delta")
            .table(
                TableDefinition.ofFolder(
                    table,
                    new TableLayout(
                        BeamSchemas.recordSchema(SCHEMA, java.util.Map.of(), List.of()),
                        List.of(),
                        false)));
    List<DataFile> files = written.snapshot().orElseThrow().files();
    assertThat(files.stream().mapToLong(DataFile::rows).sum(), is(2L));
    for (DataFile file : files) {
      assertThat(Files.exists(Path.of(table, file.path())), is(true));
    }
  }

  @Test
  void nothingIsCommittedWhereRowsAreMissing(TestPipeline pipeline) throws Exception {
    String table = folder.resolve("t").toString();
    Path result = Path.of(write(pipeline, table));
    StageResult staged = StagedJson.decode(Files.readAllBytes(result));
    Path doubled = folder.resolve("doubled.json");
    Files.write(
        doubled,
        StagedJson.mapper().writeValueAsBytes(staged.plus(StageResult.of(staged.batches()))));
    assertThat(Storage.of(table).stat(doubled.toString()).isPresent(), is(true));
    assertThrows(IllegalStateException.class, () -> commit(table).commit(doubled.toString()));
  }
}
