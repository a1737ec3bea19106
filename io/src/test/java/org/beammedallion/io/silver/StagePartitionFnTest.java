package org.beammedallion.io.silver;

import static org.beammedallion.io.silver.SilverBlocks.KEY;
import static org.beammedallion.io.silver.SilverBlocks.block;
import static org.beammedallion.io.silver.SilverBlocks.entry;
import static org.beammedallion.io.silver.SilverBlocks.rows;
import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.silver.SilverBlocks.Entry;
import org.beammedallion.io.silver.SilverBlocks.Task;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.Part;
import org.beammedallion.io.writing.PartCoder;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the blocks that buckets send on: rows, changes of files, values, results. */
class StagePartitionFnTest {

  @TempDir Path folder;

  private static StageResult write(Task task, List<KV<Part, Block>> blocks) throws IOException {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(
            pipeline
                .apply(Create.of(blocks).withCoder(KvCoder.of(PartCoder.of(), BlockCoder.of())))
                .apply(GroupByKey.create())
                .apply(ParDo.of(new StagePartitionFn(task.settings(), null)))
                .setCoder(WriteResult.staged())
                .apply(WriteResult.ofStaged(task.resultUri())))
        .containsInAnyOrder(task.resultUri());
    pipeline.run().waitUntilFinish();
    return StagedJson.decode(Files.readAllBytes(Path.of(task.resultUri())));
  }

  private static KV<Part, Block> partition(String folder, Entry... entries) {
    return KV.of(Part.partition(folder, 0), block(Block.Kind.ROWS, entries));
  }

  private static KV<Part, Block> challenge(int file, long position, Entry entry) {
    byte[] challenger = rows(entry);
    return KV.of(Part.file(file), FileChange.challenge(position, challenger, 0, challenger.length));
  }

  private static KV<Part, Block> delete(int file, long position) {
    return KV.of(Part.file(file), FileChange.delete(position));
  }

  @Test
  void writesTheRowsOfPartitions() throws IOException {
    Task task = Task.of(folder, KEY).regrouping(1, "name");
    StageResult result =
        write(
            task,
            List.of(
                partition("name=a", entry(1, "a", 1), entry(2, "a", 1)),
                partition("name=b", entry(3, "b", 1)),
                partition("name=a", entry(4, "a", 1))));

    assertThat(
        result.files().stream()
            .map(file -> file.partitionValues().get("name") + " " + file.rows())
            .sorted()
            .toList(),
        is(List.of("a 3", "b 1")));
    assertThat("the bucket has counted them", result.published(), is(0L));
  }

  @Test
  void rewritesAFileWithoutTheRowsThatItLoses() throws IOException {
    Task task = Task.of(folder, KEY);
    List<DataFile> live =
        List.of(
            task.table().write(row(1L, "a", 1L, null), row(2L, "b", 1L, null)).get(0),
            task.table().write(row(3L, "c", 1L, null), row(4L, "d", 1L, null)).get(0));

    StageResult result = write(task.with(live), List.of(delete(1, 0)));

    task.table().requireRows(result.files(), "4 d 1 null");
    assertThat(result.removed(), is(List.of(live.get(1).path())));
  }

  @Test
  void aFileThatLosesAllItsRowsGoesWithoutAnother() throws IOException {
    Task task = Task.of(folder, KEY);
    List<DataFile> live = task.table().write(row(1L, "a", 1L, null), row(2L, "b", 1L, null));

    StageResult result = write(task.with(live), List.of(delete(0, 0), delete(0, 1)));

    assertThat(result.files(), is(empty()));
    assertThat(result.removed(), is(List.of(live.get(0).path())));
  }

  @Test
  void ofEquallyLateRowsTheGreaterStays() throws IOException {
    Task task = Task.of(folder, KEY);
    List<DataFile> live =
        task.table()
            .write(
                row(1L, "m", 1L, 5L),
                row(2L, "m", 1L, 15L),
                row(3L, "m", 1L, 25L),
                row(4L, "m", 1L, 35L));

    StageResult result =
        write(
            task.with(live),
            List.of(
                challenge(0, 0, entry(1, "z", 1).at(45)),
                challenge(0, 1, entry(2, "a", 1).at(55)),
                challenge(0, 2, entry(3, "m", 1).at(25))));

    task.table().requireRows(result.files(), "1 z 1 45", "2 m 1 15", "3 m 1 25", "4 m 1 35");
    assertThat(result.published(), is(1L));
    assertThat(result.rows().replaced(), is(1L));
    assertThat(result.rows().duplicate(), is(2L));
    assertThat("of the winner", result.touched().contain(45, 10), is(true));
    assertThat("of the row that it replaces", result.touched().contain(5, 10), is(true));
    assertThat("of losers", result.touched().contain(55, 10), is(false));
  }

  @Test
  void aFileWhoseRowsAllStayIsNotWrittenAgain() throws IOException {
    Task task = Task.of(folder, KEY);
    List<DataFile> live = task.table().write(row(1L, "m", 1L, null));

    StageResult result = write(task.with(live), List.of(challenge(0, 0, entry(1, "a", 1))));

    assertThat(result.files(), is(empty()));
    assertThat(result.removed(), is(empty()));
    assertThat(result.rows().duplicate(), is(1L));
  }

  @Test
  void addsUpResultsAndCountsRepeatedValues() throws IOException {
    byte[] staged = StagedJson.encode(StageResult.ofFiles(List.of(), 3));
    byte[] values = new byte[48];
    values[0] = 1;
    values[16] = 2;
    values[32] = 1;

    StageResult result =
        write(
            Task.of(folder, KEY),
            List.of(
                KV.of(Part.RESULT, Block.Kind.RESULT.with(staged)),
                KV.of(Part.RESULT, Block.Kind.RESULT.with(staged)),
                KV.of(Part.values(0, 0), Block.Kind.VALUES.with(values))));

    assertThat(result.published(), is(6L));
    assertThat("the third equals the first", result.rows().repeats()[0], is(1L));
  }

  @Test
  void withoutPartsTheResultIsEmpty() throws IOException {
    StageResult result = write(Task.of(folder, KEY), List.of());

    assertThat(StagedJson.encode(result), is(StagedJson.encode(StageResult.NONE)));
  }

  @Test
  void failsWhereTheFileThatChangesIsGone() throws IOException {
    Task task = Task.of(folder, KEY);
    List<DataFile> live = task.table().write(row(1L, "a", 1L, null));
    Files.delete(Path.of(live.get(0).uri(task.table().folder())));

    PipelineExecutionException failed =
        assertThrows(
            PipelineExecutionException.class, () -> write(task.with(live), List.of(delete(0, 0))));

    assertThat(failed.getMessage(), containsString(live.get(0).path()));
    assertThat(Files.exists(Path.of(task.resultUri())), is(false));
  }
}
