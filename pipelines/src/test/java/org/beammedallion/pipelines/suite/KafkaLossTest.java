package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.Test;

/** Records, partitions and topics that are gone: told of, and nothing else is lost. */
class KafkaLossTest extends KafkaClicks {

  @Test
  void recordsThatWereDeletedBeforeTheyWereReadStopTheCycle() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    send(30, 60, 1);
    broker.deleteRecords(topic, 1, 15);
    StorageException lost = assertThrows(StorageException.class, () -> run(Runner.DIRECT));
    assertThat(lost.getMessage(), containsString("has lost the offsets 10 to 14"));
    assertThat(lost.getMessage(), containsString("--onDataLoss=continue"));
    Commands.Result result = command("--onDataLoss=continue");
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.out(), containsString("has lost the offsets 10 to 14"));
    List<String> expected = expected(0, 60, 1);
    for (int id = 31; id < 45; id += 3) {
      expected.removeAll(expected(id, id + 1, 1));
    }
    assertThat(silver(), equalTo(expected));
  }

  @Test
  void aTopicThatWasMadeAgainIsNotTakenForTheOldOne() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    broker.deleteTopic(topic);
    StorageException gone = assertThrows(StorageException.class, () -> run(Runner.DIRECT));
    assertThat(gone.getMessage(), containsString("has no topic '" + topic + "'"));
    broker.createTopic(topic, 3, Map.of());
    send(100, 200, 1);
    StorageException again = assertThrows(StorageException.class, () -> run(Runner.DIRECT));
    assertThat(again.getMessage(), containsString("was deleted and created again"));
    Commands.Result result = command("--onDataLoss=continue");
    assertThat(result.all(), result.code(), is(0));
    List<String> expected = expected(0, 30, 1);
    expected.addAll(expected(100, 200, 1));
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
    assertThat(read(Runner.DIRECT), is(0L));
  }

  @Test
  void aTopicThatWasMadeAgainBehindAPlanGivesNothingOfTheNewOneToTheOldCycle() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    CycleListener dying =
        (plan, reached, detail) -> {
          throw new IllegalStateException("died");
        };
    assertThrows(IllegalStateException.class, () -> lake.run(pipeline, Runner.DIRECT, dying));
    broker.deleteTopic(topic);
    broker.createTopic(topic, 3, Map.of());
    send(100, 200, 1);
    StorageException gone = assertThrows(StorageException.class, () -> run(Runner.DIRECT));
    assertThat(gone.getMessage(), containsString("was deleted since this cycle was planned"));
    Commands.Result result = command("--onDataLoss=continue");
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.out(), containsString("has lost the offsets 0 to 9"));
    assertThat(command("--onDataLoss=continue").code(), is(0));
    assertThat(silver(), equalTo(expected(100, 200, 1)));
  }

  @Test
  void aTopicThatWasMadeAgainWithAnEmptyPartitionIsAcceptedOnce() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    broker.deleteTopic(topic);
    broker.createTopic(topic, 1, Map.of());
    assertThat(command("--onDataLoss=continue").code(), is(0));
    assertThat(read(Runner.DIRECT), is(0L));
    broker.addPartitions(topic, 3);
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    assertThat(silver(), equalTo(expected(0, 60, 1)));
  }

  @Test
  void whatAnEmptyPartitionLosesIsNoticedAndInTheLedger() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, 0, null, json(0, 1))).get();
      assertThat(read(Runner.DIRECT), is(1L));
      for (int id = 1; id < 6; id++) {
        producer.send(new ProducerRecord<>(topic, 1, null, json(id, 1))).get();
      }
    }
    broker.deleteRecords(topic, 1, 3);
    StorageException lost = assertThrows(StorageException.class, () -> run(Runner.DIRECT));
    assertThat(lost.getMessage(), containsString("has lost the offsets 0 to 2"));
    Ledger ledger =
        lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
            .onDataLoss(DataLoss.CONTINUE)
            .run()
            .ledger();
    assertThat(ledger.read(), is(2L));
    assertThat(ledger.warnings().toString(), containsString("has lost the offsets 0 to 2"));
  }

  @Test
  void anErrorWhileARangeIsReadFailsTheCycleAndLosesNothing() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    CycleDriver driver = lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE);
    Source topics = Sources.of(PipelineDefinition.load(pipeline, null), null);
    assertThrows(RunFailedException.class, () -> driver.reading(new Breaking(topics)).run());
    assertThat(read(Runner.DIRECT), is(30L));
    assertThat(silver(), equalTo(expected(0, 30, 1)));
  }

  /** A worker that misses a class. */
  private record Breaking(Source inner) implements Source {

    private static final long serialVersionUID = 1L;

    @Override
    public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
      return inner.plan(state, request);
    }

    @Override
    public RawBatches open(Shard shard, BlockSink blocks) {
      throw new NoClassDefFoundError("a/Codec");
    }

    @Override
    public boolean isByPosition() {
      return true;
    }

    @Override
    public boolean made(Shard shard) {
      return inner.made(shard);
    }

    @Override
    public Estimate estimate(Shard shard) {
      return inner.estimate(shard);
    }
  }
}
