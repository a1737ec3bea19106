package org.beammedallion.pipelines.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.extensions.avro.io.AvroIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.commons.io.FileUtils;
import org.beammedallion.io.sink.WriteTable;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/** Measures CPU seconds of this process for steps that take turns, and has steps in common. */
final class BenchSteps {

  private static final Schema BRONZE =
      SchemaBuilder.record("bronze").fields().requiredBytes("record").endRecord();

  private BenchSteps() {}

  /** A step; it leaves its output in a folder that is new. */
  interface Step {
    void run(Path folder) throws Exception;
  }

  /**
   * Prints a table of the steps.
   *
   * @param turns that count; one more warms up before them
   * @param out where folders of the steps are
   */
  static void measure(Map<String, Step> steps, int turns, Path out) throws Exception {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    for (int turn = 0; turn <= turns; turn++) {
      for (Map.Entry<String, Step> step : steps.entrySet()) {
        Path folder = out.resolve(Integer.toString(turn)).resolve(step.getKey());
        Files.createDirectories(folder);
        long start = cpu();
        step.getValue().run(folder);
        double seconds = (cpu() - start) / 1e9;
        if (turn > 0) {
          figures.computeIfAbsent(step.getKey(), name -> new ArrayList<>()).add(seconds);
        }
        delete(folder);
      }
    }
    System.out.printf("| step | CPU-s, %d turns | median |%n|---|---:|---:|%n", turns);
    figures.forEach(
        (step, seconds) -> {
          List<String> each = seconds.stream().map("%.1f"::formatted).toList();
          double median = seconds.stream().sorted().toList().get(turns / 2);
          System.out.printf("| %s | %s | %.1f |%n", step, String.join(", ", each), median);
        });
  }

  static void count(PCollection<?> elements) {
    elements.apply(Count.globally());
  }

  /** Writes records to Avro files, by Beam's module. */
  static void bronze(PCollection<byte[]> records, Path to) {
    records
        .apply(
            MapElements.into(TypeDescriptor.of(GenericRecord.class))
                .via(
                    bytes -> {
                      GenericRecord record = new GenericData.Record(BRONZE);
                      record.put("record", ByteBuffer.wrap(bytes));
                      return record;
                    }))
        .setCoder(AvroCoder.of(BRONZE))
        .apply(
            AvroIO.writeGenericRecords(BRONZE)
                .to(to + "/part")
                .withSuffix(".avro")
                .withCodec(CodecFactory.zstandardCodec(1)));
  }

  /**
   * Takes orders to a table by day, with a cycle.
   *
   * @param folder of the contract
   * @param server of the contract, such as {@code local}
   */
  static void cycle(Path folder, String server, PipelineOptions options, Path to)
      throws IOException, InterruptedException {
    Path file = folder.resolve("append.pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: orders
        contract: orders.odcs.yaml
        source:
          server: %s
        silver:
          write: append
          eventTime: ordered_at
          partitionBy: day(ordered_at)
        """
            .formatted(server));
    new CycleDriver(
            PipelineDefinition.load(file, null),
            LakeLayout.of(to.toString()),
            options,
            Clock.systemUTC(),
            CycleListener.NONE)
        .run();
  }

  /** Writes orders to a table by day. */
  static void table(PCollection<Row> rows, Path to) {
    rows.apply(
        WriteTable.to(to.toString())
            .withDecimal("amount", 12, 2)
            .partitionedBy("day(ordered_at)")
            .commitAs("bench", 1)
            .append());
  }

  static void delete(Path folder) throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
