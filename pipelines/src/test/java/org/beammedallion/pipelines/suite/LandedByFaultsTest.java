package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.Test;

/** The pipeline that lands was reset, has lost messages, or is none. */
class LandedByFaultsTest extends LandedClicks {

  private void reset() {
    Commands.Result reset =
        Commands.run(
            "reset", pipeline.toString(), "--lake=" + lake.folder(), "--yes", "--output=text");
    assertThat(reset.all(), reset.code(), is(0));
  }

  @Test
  void theOtherPipelineMayBeginAgain() throws Exception {
    send(0, 30, 1);
    read(Runner.DIRECT);
    assertThat(readSecond(Runner.DIRECT), is(30L));
    reset();
    assertThat(
        lake.run(second, Runner.DIRECT).warnings().toString(),
        containsString("has completed no cycle in this lake"));
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    assertThat(readSecond(Runner.DIRECT), is(30L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void messagesThatTheOtherPipelineHasNotReadAreALoss() throws Exception {
    send(0, 30, 1);
    landed(false);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    pipeline = pipeline(", kafka: {start: latest}");
    assertThat(read(Runner.DIRECT), is(0L));
    send(60, 90, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    landed(true);
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(
        refused.all(),
        allOf(
            containsString(
                "has no messages from offset 10 to 19 in the bronze of pipeline 'clicks'"),
            containsString("run once without 'landedBy'")));
    landed(false);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(60L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aLossThatIsAcceptedStandsInTheLedger() throws Exception {
    send(0, 30, 1);
    landed(false);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    read(Runner.DIRECT);
    send(60, 90, 1);
    broker.deleteRecords(topic, 0, 25);
    Commands.Result lossy = command("--onDataLoss=continue");
    assertThat(lossy.all(), lossy.code(), is(0));
    assertThat(lossy.all(), containsString("has lost the offsets 20 to 24"));
    landed(true);
    assertThat("what comes before the loss", readSecond(Runner.DIRECT), is(30L));
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(refused.all(), containsString("has no messages from offset 20 to 24"));
    Commands.Result accepted = Commands.run(command(second, "--onDataLoss=continue"));
    assertThat(accepted.all(), accepted.code(), is(0));
    assertThat(
        accepted.all(),
        allOf(
            containsString("has no messages from offset 20 to 24"),
            containsString("has lost the offsets 20 to 24")));
    assertThat(secondRows().size(), is(85));
  }

  /** The names of files in bronze are those of before, and their content is not. */
  @Test
  void aCycleIsNotCompletedWithFilesOfAnotherHistory() throws Exception {
    send(0, 30, 1);
    read(Runner.DIRECT);
    dieAt(Step.PLANNED, second);
    reset();
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(not(0)));
    assertThat(refused.all(), containsString("is not what it was when this cycle was planned"));
    // The ranges of the cycle are read in the topic.
    landed(false);
    assertThat(lake.run(second, Runner.DIRECT).resumed(), is(true));
    landed(true);
    lake.cycles(second, Runner.DIRECT);
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aTopicThatTheOtherPipelineDoesNotReadIsTold() throws Exception {
    send(0, 30, 1);
    read(Runner.DIRECT);
    appending("second", ", kafka: {landedBy: clicks, topics: elsewhere}");
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(refused.all(), containsString("does not read topic 'elsewhere', only " + topic));
  }

  /**
   * A cycle that was planned reads what was planned, whatever the other pipeline does meanwhile.
   */
  @Test
  void aCycleIsCompletedByTheNextRun() throws Exception {
    send(0, 30, 1);
    read(Runner.DIRECT);
    dieAt(Step.PLANNED, second);
    send(30, 60, 1);
    read(Runner.DIRECT);
    Outcome outcome = lake.run(second, Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    lake.cycles(second, Runner.DIRECT);
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aPipelineThatReadsFilesLandsNoTopics() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("data/a.jsonl"), json(1, 1));
    Files.writeString(
        pipeline, Files.readString(pipeline).replace("server: stream", "server: files"));
    lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        String.valueOf(
            assertThrows(IOException.class, () -> lake.run(second, Runner.DIRECT)).getMessage()),
        containsString("does not read topics itself"));
  }

  @Test
  void aFileThatBronzeHasLostIsTold() throws Exception {
    send(0, 30, 1);
    read(Runner.DIRECT);
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(lake.folder().resolve("bronze/clicks"))) {
      all.filter(file -> file.toString().endsWith(".avro")).forEach(files::add);
    }
    assertThat(files, is(not(empty())));
    Files.delete(files.get(0));
    assertThat(
        String.valueOf(
            assertThrows(IOException.class, () -> lake.run(second, Runner.DIRECT)).getMessage()),
        containsString("Restore them from a backup of the lake"));
  }
}
