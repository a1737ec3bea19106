package org.beammedallion.pipelines.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.orders.OrdersTopic;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.transforms.decode.ParseRecords;

/**
 * CPU seconds of this process for reading a topic of orders by Beam's KafkaIO, beside ours: what
 * {@code docs/adr/0024-ranges-of-topics.md} decides by. Arguments: number of records, a multiple of
 * {@link #PARTITIONS}; number of turns, then options of the runner; the first turn warms up and is
 * not printed. The broker is another process, whose work does not count.
 */
public final class KafkaIoBench {

  /** KafkaIO waits for ever where partitions have not the same number of records. */
  private static final int PARTITIONS = 8;

  private final KafkaBroker broker;
  private final long records;
  private final PipelineOptions options;
  private final Path folder;

  private KafkaIoBench(KafkaBroker broker, long records, PipelineOptions options, Path folder) {
    this.broker = broker;
    this.records = records;
    this.options = options;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    long records = Long.parseLong(args[0]);
    int turns = Integer.parseInt(args[1]);
    if (records % PARTITIONS != 0) {
      throw new IllegalArgumentException(
          "The number of records must be a multiple of " + PARTITIONS + ".");
    }
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs(Arrays.copyOfRange(args, 2, args.length)).create();
    Path folder = Files.createTempDirectory("kafka-io-bench");
    OrdersSpec spec = OrdersSpec.of(records).withIdDigits(9).withDays(7).withFiles(8);
    DataSet orders = OrdersGenerator.write(spec, folder.resolve("input"));
    try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"))) {
      Path topic = folder.resolve("topic");
      OrdersTopic.make(broker, orders, PARTITIONS, spec.idPattern(), topic);
      new KafkaIoBench(broker, records, options, folder).measure(turns);
    }
    BenchSteps.delete(folder);
    System.exit(0);
  }

  private void measure(int turns) throws Exception {
    Map<String, BenchSteps.Step> steps = new LinkedHashMap<>();
    steps.put("KafkaIO", to -> run("count", p -> BenchSteps.count(messages(p))));
    steps.put(
        "KafkaIO, AvroIO of the records",
        to -> run("bronze", p -> BenchSteps.bronze(messages(p), to)));
    steps.put("KafkaIO, ParseRecords", to -> run("rows", p -> BenchSteps.count(rows(p))));
    steps.put(
        "KafkaIO, ParseRecords, WriteTable by day",
        to -> run("table", p -> BenchSteps.table(rows(p), to)));
    steps.put(
        "medallion run: bronze, checks, dead letters, table by day",
        to -> BenchSteps.cycle(folder.resolve("topic"), "local", options, to));
    BenchSteps.measure(steps, turns, folder.resolve("output"));
  }

  private void run(String what, Engine.Graph graph) throws Exception {
    Engine.of(options).run(what, graph);
  }

  private PCollection<byte[]> messages(Pipeline pipeline) {
    return pipeline
        .apply(
            KafkaIO.<byte[], byte[]>read()
                .withBootstrapServers(broker.bootstrap())
                .withTopic(OrdersTopic.NAME)
                .withKeyDeserializer(ByteArrayDeserializer.class)
                .withValueDeserializer(ByteArrayDeserializer.class)
                .withReadCommitted()
                .withConsumerConfigUpdates(Map.of("auto.offset.reset", "earliest"))
                .withMaxNumRecords(records)
                .withoutMetadata())
        .apply(Values.create());
  }

  private PCollection<Row> rows(Pipeline pipeline) {
    TableContract contract = TableContract.read(folder.resolve("topic/orders.odcs.yaml"), "orders");
    return messages(pipeline).apply(ParseRecords.json(contract)).rows();
  }
}
