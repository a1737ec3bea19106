package org.beammedallion.pipelines.cycle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tables share a pipeline, and what is staged of them. */
class ComputedTogetherTest {

  private static final long SMALL = 1000;
  private static final long MEGABYTES_100 = 100_000_000;

  @TempDir Path folder;

  private PipelineDefinition definition;
  private LakeLayout lake;
  private TestCycle driver;
  private final List<String> steps = new ArrayList<>();

  @BeforeEach
  void claim() throws IOException, InterruptedException {
    definition = TestCycle.sales(folder);
    lake = LakeLayout.of(folder.resolve("lake").toString());
    driver =
        TestCycle.of(
            definition,
            lake,
            1,
            List.of(new FileShard(0, "a.csv", 1, Instant.EPOCH, 0, 1)),
            (plan, step, detail) -> steps.add(step + " " + detail));
  }

  @AfterEach
  void giveUpTheClaim() {
    driver.close();
  }

  /** A table whose pipeline leaves the number of its rows. */
  private final class Job extends TableJob {

    private final long bytes;
    private final boolean fails;
    private int asked;
    private int graphs;

    /** Rows that are staged where the pipeline refuses; none where it never does. */
    private long instead;

    Job(String name, long bytes, boolean fails) {
      super(Layer.GOLD, name, Tables.silver(definition, lake));
      this.bytes = bytes;
      this.fails = fails;
    }

    @Override
    public String describe() {
      return shortName();
    }

    @Override
    public boolean isComputedTogether() {
      return true;
    }

    @Override
    protected Staging stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
      asked++;
      if (bytes < 0) {
        throw new IOException("A dimension cannot be read.");
      }
      if (bytes == 0) {
        return staged(round, StageResult.NONE);
      }
      String resultUri = cycle.result(name(), round);
      Staging.Computation computation =
          new Staging.Computation(
              "computing " + shortName(),
              resultUri,
              Work.of(List.of(new DataFile("read", Map.of(), 1, bytes / 6, List.of()))),
              pipeline -> build(pipeline, resultUri),
              result -> staged(round, result));
      return instead == 0
          ? computation
          : computation.or(
              IllegalStateException.class,
              () -> staged(round, StageResult.ofFiles(List.of(), instead)));
    }

    private void build(Pipeline pipeline, String resultUri) {
      graphs++;
      pipeline
          .apply(shortName(), Create.of(resultUri))
          .apply("Leave " + shortName(), ParDo.of(new LeaveFn(fails)));
    }

    private Staged staged(int round, StageResult result) {
      return Staged.ofGold(round, CommitRequest.NO_TABLE, result, Map.of(), false);
    }

    @Override
    protected @Nullable CommitRequest request(Cycle cycle, Staged staged) {
      return null;
    }
  }

  private static final class LeaveFn extends DoFn<String, Void> {
    private final boolean fails;

    LeaveFn(boolean fails) {
      this.fails = fails;
    }

    @ProcessElement
    public void process(@Element String resultUri) throws IOException {
      if (fails) {
        throw new IllegalStateException("1 / 0");
      }
      try (AtomicOutput out = Storage.of(resultUri).create(resultUri)) {
        out.write(StagedJson.encode(StageResult.ofFiles(List.of(), resultUri.length())));
      }
    }
  }

  private Job job(String name, long bytes) {
    return new Job(name, bytes, false);
  }

  private Map<TableJob, CommitLoop.Start> stage(Job... jobs) throws IOException {
    return ComputedTogether.stage(driver.cycle(), List.of(jobs));
  }

  private boolean isStaged(Job job) throws IOException {
    return driver.cycle().staged(job).isPresent();
  }

  @Test
  void smallTablesShareAPipelineAndEachHasItsResult() throws Exception {
    Job first = job("first", SMALL);
    Job second = job("second", SMALL);
    Map<TableJob, CommitLoop.Start> starts = stage(first, job("untouched", 0), second);
    assertThat(
        steps,
        contains(
            "GOLD_STAGED untouched",
            "COMPUTING_GOLD first",
            "COMPUTING_GOLD second",
            "GOLD_STAGED first",
            "GOLD_STAGED second"));
    for (Job job : List.of(first, second)) {
      Staged staged = driver.cycle().staged(job).orElseThrow();
      assertThat(
          staged.result().published(), is((long) driver.cycle().result(job.name(), 1).length()));
      CommitLoop.run(driver.cycle(), job, starts.get(job));
      assertThat("not computed again", job.graphs, is(1));
    }
  }

  /** The others are computed one by one, and that one in its other way at once. */
  @Test
  void aPipelineThatRefusesATableIsNotAskedAgain() throws Exception {
    Job refused = new Job("refused", SMALL, true);
    refused.instead = 7;
    Job other = job("other", SMALL);
    Map<TableJob, CommitLoop.Start> starts = stage(refused, other);
    for (Job job : List.of(refused, other)) {
      CommitLoop.run(driver.cycle(), job, starts.get(job));
    }
    assertThat(
        driver.cycle().staged(refused).orElseThrow().result().published(), is(refused.instead));
    assertThat("only with the other", refused.graphs, is(1));
    assertThat(isStaged(other), is(true));
  }

  @Test
  void aTableThatIsAloneIsComputedInAnotherWayToo() throws Exception {
    Job refused = new Job("refused", SMALL, true);
    refused.instead = 7;
    CommitLoop.run(driver.cycle(), refused);
    assertThat(
        driver.cycle().staged(refused).orElseThrow().result().published(), is(refused.instead));
  }

  @Test
  void aLargeTableHasAPipelineOfItsOwn() throws Exception {
    Job large = job("large", 2 * MEGABYTES_100);
    Job first = job("first", SMALL);
    Job second = job("second", MEGABYTES_100);
    Job third = job("third", MEGABYTES_100);
    Map<TableJob, CommitLoop.Start> starts = stage(large, first, second, third);
    assertThat(isStaged(large), is(false));
    assertThat(isStaged(first), is(true));
    assertThat(isStaged(second), is(true));
    assertThat("both would be too much", isStaged(third), is(false));
    assertThat("asked once", large.asked, is(1));
    CommitLoop.run(driver.cycle(), large, starts.get(large));
    assertThat(large.asked, is(1));
    assertThat(isStaged(large), is(true));
  }

  @Test
  void oneTableIsLeftToItsOwnPipeline() throws Exception {
    Job only = job("only", SMALL);
    stage(only, job("untouched", 0));
    assertThat(only.graphs, is(0));
    assertThat(steps, contains("GOLD_STAGED untouched"));
  }

  @Test
  void whatAnEarlierDriverHasStagedIsNotComputed() throws Exception {
    Job staged = job("staged", SMALL);
    CommitLoop.run(driver.cycle(), staged);
    Job first = job("first", SMALL);
    Job second = job("second", SMALL);
    stage(staged, first, second);
    assertThat(staged.graphs, is(1));
    assertThat(isStaged(first) && isStaged(second), is(true));
  }

  @Test
  void aTableThatCannotBePreparedKeepsNoOtherFromBeingComputed() throws Exception {
    Job unreadable = job("unreadable", -1);
    Job first = job("first", SMALL);
    Job second = job("second", SMALL);
    Map<TableJob, CommitLoop.Start> starts = stage(unreadable, first, second);
    assertThat(isStaged(first) && isStaged(second), is(true));
    IOException failure =
        assertThrows(
            IOException.class,
            () -> CommitLoop.run(driver.cycle(), unreadable, starts.get(unreadable)));
    assertThat(failure.getMessage(), is("A dimension cannot be read."));
  }

  /** So that the others are computed, and the failure has the table's name. */
  @Test
  void nothingIsStagedOfAPipelineThatFails() throws Exception {
    Job good = job("good", SMALL);
    Job bad = new Job("bad", SMALL, true);
    stage(good, bad);
    assertThat(isStaged(good) || isStaged(bad), is(false));
    CommitLoop.run(driver.cycle(), good);
    assertThat(good.graphs, is(2));
    assertThat(
        driver.cycle().staged(good).orElseThrow().result().published(),
        is((long) driver.cycle().result(good.name(), 1).length()));
  }
}
