package org.beammedallion.io.source.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourceContract;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.junit.jupiter.api.Test;

/** Two partitions of a topic, which a pipeline {@code first} has landed. */
class LandedTopicsTest extends SourceContract {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");
  private static final int LIMIT = 1 << 20;
  private static final String OLD = "0ldTopic000000000000AA";
  private static final String NEW = "NewTopic000000000000AA";

  private final long[] ends = new long[2];
  private Map<String, String> positions = Map.of();
  private long cycle;
  private int added;

  private static LandedTopics source(Path place, DataLoss dataLoss, String... topics) {
    return new LandedTopics(
        "first",
        place.resolve("first-log").toString(),
        place.resolve("bronze").toString(),
        KafkaTopics.of(topics),
        List.of(),
        dataLoss,
        LIMIT);
  }

  @Override
  protected Source open(Path place) {
    return source(place, DataLoss.FAIL, "t");
  }

  /** A cycle of the other pipeline. */
  @Override
  protected List<String> add(Path place, int count) throws IOException {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added++;
      records.add("{\"n\": " + added + "}");
    }
    List<KafkaShard> shards = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      long from = ends[partition];
      ends[partition] += count / 2 + (partition == 0 ? count % 2 : 0);
      shards.add(new KafkaShard(partition, "t", OLD, partition, from, ends[partition], false, 10));
    }
    land(place, shards, records);
    return records;
  }

  /** Lands the records in the order of the shards. */
  private void land(Path place, List<KafkaShard> shards, List<String> records) throws IOException {
    ProgressLog log = ProgressLog.of(place.resolve("first-log").toString());
    cycle++;
    CyclePlan plan =
        new CyclePlan(
            "first", cycle, TIME, "1", 1, List.copyOf(shards), List.of(), List.of(), positions);
    log.putPlan(plan);
    BronzeCycle bronze = new BronzeCycle(place.resolve("bronze").toString(), cycle, TIME);
    int next = 0;
    int files = 0;
    for (KafkaShard shard : shards) {
      RecordCollector collector =
          new RecordCollector(Framing.of(shard.uri(), shard.number()).withMaxRecordBytes(LIMIT));
      for (long offset = shard.from(); offset < shard.to() && next < records.size(); offset++) {
        byte[] value = records.get(next).getBytes(StandardCharsets.UTF_8);
        collector.addMessage(ByteBuffer.wrap(value), offset, MessageFields.NONE);
        next++;
      }
      RawBatch batch = collector.take();
      if (batch != null) {
        files++;
        try (BronzeFile file = BronzeFile.of(bronze, shard.number(), shard.uri())) {
          file.write(batch);
        }
      }
    }
    log.complete(cycle, Map.of("bronzeFiles", files));
    positions = plan.ends();
  }

  @Override
  protected void remove(Shard shard) throws IOException {
    Files.delete(Path.of(String.valueOf(((LandedShard) shard).landedFile())));
  }

  /** A pipeline that has completed no cycle may be one whose topics are empty. */
  @Override
  protected boolean removePlace(Path place) {
    return false;
  }

  @Override
  protected CycleLimits few() {
    return new CycleLimits(2, 1L << 40);
  }

  private SourcePlan plan(LandedTopics source, Map<String, String> taken) throws IOException {
    return source.plan(
        SourceState.none().at(taken), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()));
  }

  private static Map<String, String> at(String topicId, long first, long second) {
    return Map.of(
        KafkaShard.uri("t", 0), new KafkaPosition(topicId, first).toString(),
        KafkaShard.uri("t", 1), new KafkaPosition(topicId, second).toString());
  }

  private static List<String> read(Source source, List<Shard> shards) throws IOException {
    List<String> records = new ArrayList<>();
    for (Shard shard : shards) {
      try (RawBatches batches = source.open(shard, BlockSink.NONE)) {
        for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
          for (int i = 0; i < batch.count(); i++) {
            records.add(
                batch.source()
                    + "@"
                    + batch.positions()[i]
                    + " "
                    + new String(batch.payload(i), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return records;
  }

  @Test
  void beforeTheFirstCycleThereIsNothingAndASentence() throws IOException {
    SourcePlan plan = plan(source(folder(), DataLoss.FAIL, "t"), Map.of());
    assertThat(plan.shards(), is(empty()));
    assertThat(plan.warnings(), contains(containsString("has completed no cycle in this lake")));
  }

  @Test
  void whatWasReadFromTheTopicItselfIsNotReadAgain() throws IOException {
    add(folder(), 10);
    add(folder(), 10);
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    SourcePlan plan = plan(source, at(OLD, 3, 7));
    assertThat(
        read(source, plan.shards()),
        contains(
            "kafka:t/0@3 {\"n\": 4}",
            "kafka:t/0@4 {\"n\": 5}",
            "kafka:t/0@5 {\"n\": 11}",
            "kafka:t/0@6 {\"n\": 12}",
            "kafka:t/0@7 {\"n\": 13}",
            "kafka:t/0@8 {\"n\": 14}",
            "kafka:t/0@9 {\"n\": 15}",
            "kafka:t/1@7 {\"n\": 18}",
            "kafka:t/1@8 {\"n\": 19}",
            "kafka:t/1@9 {\"n\": 20}"));
    assertThat(plan.fresh(), is(10L));
    assertThat(plan(source, at(OLD, 10, 10)).shards(), is(empty()));
    assertThat(plan(source, at(OLD, 12, 12)).shards(), is(empty()));
  }

  @Test
  void otherTopicsAreLeftOutAndOneThatIsAddedLaterIsReadFromItsBeginning() throws IOException {
    add(folder(), 4);
    land(
        folder(),
        List.of(new KafkaShard(0, "other", NEW, 0, 0, 2, false, 10)),
        List.of("{\"o\": 1}", "{\"o\": 2}"));
    add(folder(), 2);
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    SourcePlan plan = plan(source, Map.of());
    assertThat(read(source, plan.shards()).size(), is(6));
    LandedTopics both = source(folder(), DataLoss.FAIL, "t", "other");
    assertThat(
        read(both, plan(both, at(OLD, 3, 3)).shards()),
        contains("kafka:other/0@0 {\"o\": 1}", "kafka:other/0@1 {\"o\": 2}"));
  }

  @Test
  void aGapIsTold() throws IOException {
    ends[0] = 100;
    ends[1] = 50;
    add(folder(), 4);
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    String why =
        String.valueOf(
            assertThrows(StorageException.class, () -> plan(source, at(OLD, 90, 50))).getMessage());
    assertThat(
        why,
        containsString(
            "kafka:t/0 has no messages from offset 90 to 99 in the bronze of pipeline 'first'."));
    assertThat(why, containsString("--onDataLoss=continue"));
    SourcePlan plan = plan(source.onDataLoss(DataLoss.CONTINUE), at(OLD, 90, 50));
    assertThat(plan.lost(), contains(containsString("from offset 90 to 99")));
    assertThat(read(source, plan.shards()).size(), is(4));
    assertThat(plan(source, Map.of()).lost(), is(empty()));
  }

  @Test
  void aTopicThatWasCreatedAgainIsTold() throws IOException {
    add(folder(), 4);
    land(
        folder(),
        List.of(new KafkaShard(0, "t", NEW, 0, 0, 2, false, 10)),
        List.of("{\"n\": 5}", "{\"n\": 6}"));
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    assertThat(
        String.valueOf(
            assertThrows(StorageException.class, () -> plan(source, at(OLD, 2, 2))).getMessage()),
        containsString("deleted and created again"));
    SourcePlan plan = plan(source.onDataLoss(DataLoss.CONTINUE), at(OLD, 2, 2));
    assertThat(
        read(source, plan.shards()), contains("kafka:t/0@0 {\"n\": 5}", "kafka:t/0@1 {\"n\": 6}"));
    Map<String, String> behind =
        Map.of(
            KafkaShard.uri("t", 0), new KafkaPosition(NEW, 2).toString(),
            KafkaShard.uri("t", 1), new KafkaPosition(OLD, 2).toString());
    assertThat("ranges of the old topic", plan(source, behind).shards(), is(empty()));
  }

  /** The reader has seen the new topic before the pipeline that lands. */
  @Test
  void aTopicThatTheOtherPipelineHasNotSeenYetIsLeftAlone() throws IOException {
    add(folder(), 4);
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    SourcePlan plan = plan(source, at(NEW, 5, 5));
    assertThat(plan.shards(), is(empty()));
    assertThat(plan.warnings().size(), is(2));
    assertThat(plan.warnings().get(0), containsString("has read another topic of that name"));
  }

  /** One partition lags behind, so the search goes on to ranges of the topic before. */
  @Test
  void rangesOfTopicsBeforeAreNotTakenAgain() throws IOException {
    String middle = "MidTopic000000000000AA";
    add(folder(), 4);
    land(
        folder(),
        List.of(
            new KafkaShard(0, "t", middle, 0, 0, 2, false, 10),
            new KafkaShard(1, "t", middle, 1, 0, 1, false, 10)),
        List.of("{\"n\": 5}", "{\"n\": 6}", "{\"n\": 7}"));
    land(
        folder(),
        List.of(
            new KafkaShard(0, "t", NEW, 0, 0, 1, false, 10),
            new KafkaShard(1, "t", NEW, 1, 0, 1, false, 10)),
        List.of("{\"n\": 8}", "{\"n\": 9}"));
    LandedTopics source = source(folder(), DataLoss.CONTINUE, "t");
    Map<String, String> mixed =
        Map.of(
            KafkaShard.uri("t", 0), new KafkaPosition(middle, 2).toString(),
            KafkaShard.uri("t", 1), new KafkaPosition(OLD, 2).toString());
    assertThat(
        read(source, plan(source, mixed).shards()),
        contains("kafka:t/1@0 {\"n\": 7}", "kafka:t/0@0 {\"n\": 8}", "kafka:t/1@0 {\"n\": 9}"));
  }

  /** Of the markers of transactions, for instance. */
  @Test
  void aRangeWithoutRecordsIsTakenOnce() throws IOException {
    land(folder(), List.of(new KafkaShard(0, "t", OLD, 0, 0, 3, false, 10)), List.of());
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    SourcePlan plan = plan(source, Map.of());
    assertThat(read(source, plan.shards()), is(empty()));
    assertThat(plan.shards().get(0).end(), is(new KafkaPosition(OLD, 3).toString()));
  }

  @Test
  void aFileThatIsGoneFromBronzeIsNoRangeWithoutRecords() throws IOException {
    add(folder(), 4);
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    remove(plan(source, Map.of()).shards().get(0));
    assertThat(
        String.valueOf(
            assertThrows(StorageException.class, () -> plan(source, Map.of())).getMessage()),
        containsString("has 1 files in"));
  }

  @Test
  void cyclesOfTheOtherPipelineAreFoundHoweverOldTheyAre() throws IOException {
    ProgressLog log = ProgressLog.of(folder().resolve("first-log").toString());
    for (int i = 0; i < 150; i++) {
      add(folder(), 2);
      log.rollUp(log.plan(cycle), () -> {});
    }
    LandedTopics source = source(folder(), DataLoss.FAIL, "t");
    assertThat(read(source, plan(source, Map.of()).shards()).size(), is(300));
    assertThat(read(source, plan(source, at(OLD, 40, 41)).shards()).size(), is(219));
  }
}
