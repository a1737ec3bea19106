package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file that is damaged near its end, and read in several shards: most of its records went on
 * before it was known, and none of them is published or kept.
 */
class LateRefusalTest {

  private static final Schema SCHEMA =
      SchemaBuilder.record("r").fields().requiredLong("a").requiredString("b").endRecord();
  private static final int GOOD_ROWS = 2;

  /** With a kilobyte each they fill two shards of eight megabytes. */
  private static final int MANY_ROWS = 16_000;

  @TempDir Path folder;

  private static GenericRecord row(long id, String text) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("a", id);
    row.put("b", text);
    return row;
  }

  private static Path write(String format, Path file, int rows, int bytes) throws IOException {
    Files.deleteIfExists(file);
    Random random = new Random(rows);
    byte[] text = new byte[bytes / 2];
    if (format.equals("avro")) {
      try (DataFileWriter<GenericRecord> out =
          new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(SCHEMA))) {
        out.create(SCHEMA, file.toFile());
        for (int id = 0; id < rows; id++) {
          random.nextBytes(text);
          out.append(row(id, HexFormat.of().formatHex(text)));
        }
      }
    } else {
      try (ParquetWriter<GenericRecord> out =
          AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
              .withSchema(SCHEMA)
              .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
              .withRowGroupSize(1L << 20)
              .build()) {
        for (int id = 0; id < rows; id++) {
          random.nextBytes(text);
          out.write(row(id, HexFormat.of().formatHex(text)));
        }
      }
    }
    return file;
  }

  /** Overwrites 600 kB before the last 100, which no block or row group survives. */
  private static void damage(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(bytes.length() - 700_000);
      bytes.write(new byte[600_000]);
    }
  }

  private Path pipeline(String format, String silver) throws IOException {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: t
        name: t
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*", format: %s}
        schema:
          - name: t
            logicalType: object
            properties:
              - {name: a, logicalType: integer}
              - {name: b, logicalType: string}
        """
            .formatted(format));
    return Files.writeString(
        folder.resolve("t.pipeline.yaml"),
        "pipeline: t\ncontract: t.odcs.yaml\nsource: {server: local}\nsilver: " + silver + "\n");
  }

  private List<Path> bronze() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("lake/bronze"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "avro,DIRECT",
    "avro,FLINK",
    "avro,SPARK",
    "parquet,DIRECT",
    "parquet,FLINK",
    "parquet,SPARK"
  })
  void nothingOfTheFileIsPublished(String format, Runner runner) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    write(format, input.resolve("good." + format), GOOD_ROWS, 10);
    Path damaged = write(format, input.resolve("large." + format), MANY_ROWS, 1000);
    assertThat("it makes two shards", Files.size(damaged), is(greaterThan(12L << 20)));
    damage(damaged);
    Lake lake = new Lake(folder.resolve("lake"));

    Ledger ledger = lake.cycle(pipeline(format, "{write: append}"), runner);

    assertThat(ledger.input().files(), is(2L));
    assertThat(ledger.read(), is((long) GOOD_ROWS));
    assertThat(ledger.published(), is((long) GOOD_ROWS));
    assertThat(ledger.input().refused(), hasSize(1));
    assertThat(ledger.input().refused().get(0).file(), containsString("large." + format));
    assertThat(lake.quarantine("t"), is(Map.of("FILE_REFUSED", 1L)));
    assertThat(lake.rows("silver", "t"), hasSize(GOOD_ROWS));
    assertThat("bronze of the good file alone", bronze(), hasSize(1));

    write(format, damaged, MANY_ROWS, 1000);
    assertThat(
        "mended, it is read as a whole",
        lake.cycle(folder.resolve("t.pipeline.yaml"), runner).published(),
        is((long) MANY_ROWS));
  }

  @ParameterizedTest
  @CsvSource({"avro", "parquet"})
  void overwriteReplacesNoPartitionByTheRestOfSuchAFile(String format) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Path file = write(format, input.resolve("large." + format), GOOD_ROWS, 10);
    Lake lake = new Lake(folder.resolve("lake"));
    Path pipeline = pipeline(format, "{write: overwrite}");
    assertThat(lake.cycle(pipeline, Runner.DIRECT).published(), is((long) GOOD_ROWS));

    Files.delete(file);
    damage(write(format, input.resolve("again." + format), MANY_ROWS, 1000));
    assertThat(
        lake.run(pipeline, Runner.DIRECT).refused().stream()
            .map(refused -> Path.of(refused.file()).getFileName().toString())
            .toList(),
        contains("again." + format));
    assertThat("what was there before", lake.rows("silver", "t"), hasSize(GOOD_ROWS));
  }
}
