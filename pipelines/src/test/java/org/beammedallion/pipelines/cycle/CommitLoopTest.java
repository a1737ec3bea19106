package org.beammedallion.pipelines.cycle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a job's change gets into its table: a Delta table on this disk, that others commit to as
 * well.
 */
class CommitLoopTest {

  @TempDir Path folder;

  private PipelineDefinition definition;
  private LakeLayout lake;
  private Table table;
  private TestCycle driver;
  private final List<String> steps = new ArrayList<>();

  @BeforeEach
  void define() throws IOException {
    definition = TestCycle.sales(folder);
    lake = LakeLayout.of(folder.resolve("lake").toString());
    table = Tables.silver(definition, lake);
  }

  /** A job that replaces the table by one file, and is disturbed while it stages. */
  private final class Job extends TableJob {

    private final List<String> staged = new ArrayList<>();
    private int disturbances;
    private boolean isHeld;

    Job(int disturbances) {
      super(Layer.SILVER, "sales", table);
      this.disturbances = disturbances;
    }

    @Override
    public String describe() {
      return "one file";
    }

    @Override
    protected Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
      staged.add(round + " on " + read.version());
      if (disturbances > 0) {
        disturbances--;
        others(staged.size());
      }
      return Staged.ofGold(
          round,
          read.version(),
          StageResult.ofFiles(List.of(file("round-" + round)), 1),
          Map.of(),
          true);
    }

    @Override
    protected void requireRelease(Cycle cycle, Staged staged) {
      if (isHeld) {
        throw new CycleHeldException("sales", 1, List.of("Too few rows."));
      }
    }

    @Override
    protected CommitRequest request(Cycle cycle, Staged staged) {
      return CommitRequest.replace(
          Operation.OVERWRITE,
          staged.result().files(),
          List.of(),
          staged.readVersion(),
          application(cycle),
          cycle.plan().cycle());
    }
  }

  /** A file of one row in the table's folder. */
  private DataFile file(String name) throws IOException {
    Path silver = Files.createDirectories(folder.resolve("lake/silver/sales"));
    Path file = silver.resolve(name + ".parquet");
    MessageType type = MessageTypeParser.parseMessageType("message sale { optional int64 id; }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      writer.write(new SimpleGroup(type).append("id", 1L));
    }
    return new DataFile(name + ".parquet", Map.of(), 1, Files.size(file), List.of());
  }

  /** A commit of another writer. */
  private void others(int number) throws IOException {
    table.commit(CommitRequest.append(List.of(file("other-" + number)), "other", number));
  }

  private Cycle cycle(long number) throws IOException, InterruptedException {
    FileShard shard = new FileShard(0, "a.csv", 1, Instant.EPOCH, 0, 1);
    driver =
        TestCycle.of(
            definition,
            lake,
            number,
            List.of(shard),
            (plan, step, detail) -> steps.add(step + " " + detail));
    return driver.cycle();
  }

  /** The first cycle in the hands of another driver. */
  private Cycle cycleAgain() throws IOException, InterruptedException {
    driver.close();
    return cycle(1);
  }

  private List<String> live() throws IOException {
    return table.snapshot().orElseThrow().files().stream().map(DataFile::path).sorted().toList();
  }

  @AfterEach
  void giveUpTheClaim() {
    driver.close();
  }

  @Test
  void stagesWritesDownAndCommits() throws Exception {
    Cycle cycle = cycle(1);
    Job job = new Job(0);
    Committed committed = CommitLoop.run(cycle, job);
    assertThat("version 0 makes the table", committed.version(), is(1L));
    assertThat(cycle.committed(job), is(committed));
    assertThat(live(), contains("round-1.parquet"));
    assertThat(steps, contains("STAGING ", "STAGED ", "SILVER_COMMITTED sales"));
    assertThat("a restart finds it", cycle.staged(job).orElseThrow().round(), is(1));
  }

  @Test
  void computesAgainOnTheTableThatAnotherWriterHasChanged() throws Exception {
    others(0);
    Job job = new Job(2);
    Committed committed = CommitLoop.run(cycle(1), job);
    assertThat(job.staged, contains("1 on 1", "2 on 2", "3 on 3"));
    assertThat(committed.version(), is(4L));
    assertThat("no file of a round that lost", live().contains("round-1.parquet"), is(false));
    assertThat(live().contains("round-3.parquet"), is(true));
  }

  @Test
  void givesUpWhereOthersAreAlwaysFasterUntilTheNextRun() throws Exception {
    others(0);
    Job job = new Job(Integer.MAX_VALUE);
    Cycle cycle = cycle(1);
    RunFailedException failed =
        assertThrows(RunFailedException.class, () -> CommitLoop.run(cycle, job));
    assertThat(failed.getCause(), is(instanceOf(ConcurrentCommitException.class)));
    assertThat(job.staged.size(), is(5));
    assertThat(cycle.committed(job) == null, is(true));

    Job again = new Job(0);
    CommitLoop.run(cycleAgain(), again);
    assertThat("the next driver has rounds of its own", again.staged, contains("6 on 6"));
  }

  @Test
  void commitsWhatAnEarlierDriverHasStagedWithoutComputingIt() throws Exception {
    Cycle first = cycle(1);
    Job job = new Job(0);
    job.isHeld = true;
    assertThrows(CycleHeldException.class, () -> CommitLoop.run(first, job));
    assertThat("nothing is visible", table.snapshot().isPresent(), is(false));

    Job again = new Job(0);
    CommitLoop.run(cycleAgain(), again);
    assertThat(again.staged, is(empty()));
    assertThat(live(), contains("round-1.parquet"));

    Job third = new Job(0);
    assertThat(CommitLoop.run(cycleAgain(), third).version(), is(1L));
    assertThat("a change has an effect once", live(), contains("round-1.parquet"));
  }

  @Test
  void whatWasStagedOnAnOlderVersionIsComputedAgain() throws Exception {
    others(0);
    Cycle first = cycle(1);
    Job job = new Job(0);
    job.isHeld = true;
    assertThrows(CycleHeldException.class, () -> CommitLoop.run(first, job));
    others(1);

    Job again = new Job(0);
    CommitLoop.run(cycleAgain(), again);
    assertThat("the first round was the other driver's", again.staged, contains("2 on 2"));
  }

  @Test
  void aDriverThatHasLostTheCycleCommitsNothing() throws Exception {
    Cycle first = cycle(1);
    cycleAgain();
    assertThrows(FencedException.class, () -> CommitLoop.run(first, new Job(0)));
    assertThat(table.snapshot().isPresent(), is(false));
  }

  @Test
  void aCycleBehindALaterOneIsRefused() throws Exception {
    CommitLoop.run(cycle(2), new Job(0));
    driver.close();
    Cycle late = cycle(1);
    DamagedLogException refused =
        assertThrows(DamagedLogException.class, () -> CommitLoop.run(late, new Job(0)));
    assertThat(refused.getMessage(), containsString("silver.sales"));
    assertThat(live(), contains("round-1.parquet"));
  }
}
