package org.beammedallion.pipelines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageTypeParser;

/** A trial of the packaging: groups, runs SQL, writes Parquet and Avro on the workers, and prints what came out. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    boolean verbose = List.of(args).contains("--verbose");
    if (verbose) {
      LocalLogging.verbose();
    } else {
      LocalLogging.quiet();
    }
    if (List.of(args).contains("--version")) {
      System.out.println("medallion trial");
      return;
    }
    if (System.getProperty("spark.master") == null) {
      LocalSpark.keepToThisProcess();
    }
    String lake =
        Stream.of(args).filter(a -> a.startsWith("--lake=")).findFirst().orElseThrow().substring(7);
    String[] beam =
        Stream.of(args)
            .filter(a -> !a.startsWith("--lake=") && !a.equals("--verbose") && !a.equals("run"))
            .toArray(String[]::new);
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(beam).withValidation().create());
    PCollection<KV<Integer, Integer>> pairs =
        pipeline
            .apply("Create", Create.of(IntStream.range(0, 1000).boxed().toList()))
            .apply(
                "Key",
                MapElements.into(TypeDescriptors.kvs(TypeDescriptors.integers(), TypeDescriptors.integers()))
                    .via(i -> KV.of(i % 4, i)))
            .setCoder(KvCoder.of(VarIntCoder.of(), VarIntCoder.of()));
    PCollection<Row> sums = pairs.apply("Group", GroupByKey.create()).apply("Write", ParDo.of(new WriteFn(lake)));
    sums.setRowSchema(WriteFn.SCHEMA)
        .apply(
            "Sql",
            SqlTransform.query(
                "SELECT UPPER(k) AS K, COUNT(*) AS n, SUM(total) AS total FROM PCOLLECTION"
                    + " WHERE CHAR_LENGTH(k) > 1 GROUP BY UPPER(k)"))
        .apply(
            "Format", MapElements.into(TypeDescriptor.of(String.class)).via(row -> row.getValues().toString()))
        .apply("Text", TextIO.write().to(lake + "/sql").withoutSharding());
    pipeline.run().waitUntilFinish();
    try (Stream<Path> files = Files.list(Path.of(lake))) {
      for (Path file : files.sorted().toList()) {
        System.out.println(file.getFileName().toString().replaceFirst("-.*", ""));
      }
    }
    System.out.println(new ArrayList<>(Files.readAllLines(Path.of(lake, "sql")).stream().sorted().toList()));
  }

  static final class WriteFn extends DoFn<KV<Integer, Iterable<Integer>>, Row> {
    static final Schema SCHEMA = Schema.builder().addStringField("k").addInt64Field("total").build();
    private final String lake;

    WriteFn(String lake) {
      this.lake = lake;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<Integer>> group, OutputReceiver<Row> out) {
      long total = 0;
      for (int i : group.getValue()) {
        total += i;
      }
      try {
        Files.createDirectories(Path.of(lake));
        Path file = Path.of(lake, "parquet-" + UUID.randomUUID());
        var type = MessageTypeParser.parseMessageType("message m { required int64 total; }");
        try (var writer =
            ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
                .withConf(new Configuration())
                .withType(type)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .build()) {
          writer.write(new SimpleGroupFactory(type).newGroup().append("total", total));
        }
        var schema =
            org.apache.avro.SchemaBuilder.record("r").fields().requiredLong("total").endRecord();
        try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))) {
          writer.setCodec(CodecFactory.zstandardCodec(1));
          writer.create(schema, Path.of(lake, "avro-" + UUID.randomUUID()).toFile());
          GenericRecord record = new GenericData.Record(schema);
          record.put("total", total);
          writer.append(record);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.output(Row.withSchema(SCHEMA).addValues("key" + group.getKey(), total).build());
    }
  }
}
