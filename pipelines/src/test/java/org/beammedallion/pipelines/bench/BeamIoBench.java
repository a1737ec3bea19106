package org.beammedallion.pipelines.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.transforms.decode.ParseRecords;

/**
 * CPU seconds of this process for reading and writing orders by Beam's IO modules, beside ours:
 * what {@code docs/adr/0020-beam-io-modules.md} decides by. Arguments: number of records, number of
 * turns, then options of the runner; the first turn warms up and is not printed.
 */
public final class BeamIoBench {

  private static final Schema SILVER =
      SchemaBuilder.record("orders")
          .fields()
          .requiredString("order_id")
          .requiredString("customer_id")
          .optionalString("customer_email")
          .name("amount")
          .type(LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES)))
          .noDefault()
          .requiredString("currency")
          .optionalString("status")
          .name("ordered_at")
          .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .name("updated_at")
          .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();

  private final DataSet orders;
  private final TableContract contract;
  private final PipelineOptions options;
  private final Path out;

  private BeamIoBench(DataSet orders, PipelineOptions options, Path out) {
    this.orders = orders;
    this.contract = TableContract.read(orders.contract(), "orders");
    this.options = options;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    long records = Long.parseLong(args[0]);
    int turns = Integer.parseInt(args[1]);
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs(Arrays.copyOfRange(args, 2, args.length)).create();
    Path folder = Files.createTempDirectory("beam-io-bench");
    DataSet orders =
        OrdersGenerator.write(
            OrdersSpec.of(records)
                .withIdDigits(9)
                .withDays(7)
                .withFiles((int) Math.max(4, records / 250_000)),
            folder.resolve("input"));
    new BeamIoBench(orders, options, folder.resolve("output")).measure(turns);
    BenchSteps.delete(folder);
  }

  private void measure(int turns) throws Exception {
    Map<String, BenchSteps.Step> steps = new LinkedHashMap<>();
    steps.put("TextIO", to -> run("lines", p -> BenchSteps.count(lines(p))));
    steps.put("TextIO, AvroIO of the records", to -> run("bronze", p -> bronze(p, to)));
    steps.put("TextIO, ParseRecords", to -> run("rows", p -> BenchSteps.count(rows(p))));
    steps.put(
        "TextIO, ParseRecords, FileIO and ParquetIO by day",
        to -> run("parquet", p -> parquet(rows(p), to)));
    steps.put(
        "TextIO, ParseRecords, WriteTable by day",
        to -> run("table", p -> BenchSteps.table(rows(p), to)));
    steps.put("medallion run: bronze, checks, dead letters, table by day", this::cycle);
    BenchSteps.measure(steps, turns, out);
  }

  private void run(String what, Engine.Graph graph) throws IOException {
    Engine.of(options).run(what, graph);
  }

  private PCollection<String> lines(Pipeline pipeline) {
    return pipeline.apply(TextIO.read().from(orders.data() + "/*.jsonl"));
  }

  private PCollection<byte[]> bytes(Pipeline pipeline) {
    return lines(pipeline)
        .apply(
            MapElements.into(TypeDescriptor.of(byte[].class))
                .via(line -> line.getBytes(StandardCharsets.UTF_8)));
  }

  private PCollection<Row> rows(Pipeline pipeline) {
    return bytes(pipeline).apply(ParseRecords.json(contract)).rows();
  }

  private void bronze(Pipeline pipeline, Path to) {
    BenchSteps.bronze(bytes(pipeline), to);
  }

  private static void parquet(PCollection<Row> rows, Path to) {
    rows.apply(ParDo.of(new ToAvro()))
        .setCoder(AvroCoder.of(SILVER))
        .apply(
            FileIO.<String, GenericRecord>writeDynamic()
                .by(record -> day((Long) record.get("ordered_at")))
                .withDestinationCoder(StringUtf8Coder.of())
                .via(ParquetIO.sink(SILVER).withCompressionCodec(CompressionCodecName.ZSTD))
                .to(to.toString())
                .withNaming(day -> FileIO.Write.defaultNaming(day + "/part", ".parquet")));
  }

  private static String day(long micros) {
    return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L))
        .atOffset(ZoneOffset.UTC)
        .toLocalDate()
        .toString();
  }

  /** A row as the record that Parquet's Avro writer takes; Beam's own way loses scales. */
  private static final class ToAvro extends DoFn<Row, GenericRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<GenericRecord> out) {
      GenericRecord record = new GenericData.Record(SILVER);
      for (String text :
          List.of("order_id", "customer_id", "customer_email", "currency", "status")) {
        record.put(text, row.getValue(text));
      }
      BigDecimal amount = row.getValue("amount");
      record.put("amount", ByteBuffer.wrap(amount.unscaledValue().toByteArray()));
      for (String time : List.of("ordered_at", "updated_at")) {
        Instant instant = row.getValue(time);
        record.put(time, instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000);
      }
      out.output(record);
    }
  }

  private void cycle(Path to) throws Exception {
    BenchSteps.cycle(orders.folder(), "local", options, to);
  }
}
