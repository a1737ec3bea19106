package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Avro and Parquet files become records that hold all they held, however damaged the file is. */
class BinaryFilesTest {

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"row","fields":[
                {"name":"id","type":"long"},{"name":"text","type":["null","string"]},
                {"name":"list","type":{"type":"array","items":"string"}},
                {"name":"inner","type":{"type":"record","name":"inner","fields":[{"name":"x","type":"double"}]}}]}
              """);

  @TempDir Path folder;

  private static List<GenericRecord> records(int count) {
    Random random = new Random(1);
    List<GenericRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord record = new GenericData.Record(SCHEMA);
      record.put("id", random.nextLong());
      record.put("text", i % 3 == 0 ? null : "text " + i);
      record.put("list", List.of("a", "b".repeat(random.nextInt(30))));
      GenericRecord inner = new GenericData.Record(SCHEMA.getField("inner").schema());
      inner.put("x", random.nextDouble());
      record.put("inner", inner);
      records.add(record);
    }
    return records;
  }

  private Path write(Kind kind, List<GenericRecord> records) throws IOException {
    Path file = folder.resolve("in." + kind);
    if (kind == Kind.AVRO) {
      try (DataFileWriter<GenericRecord> writer =
          new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
        writer.setCodec(CodecFactory.deflateCodec(1)).setSyncInterval(1 << 12);
        writer.create(SCHEMA, file.toFile());
        for (GenericRecord record : records) {
          writer.append(record);
        }
      }
    } else {
      try (ParquetWriter<GenericRecord> writer =
          AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
              .withSchema(SCHEMA)
              .withRowGroupSize(1L << 16)
              .build()) {
        for (GenericRecord record : records) {
          writer.write(record);
        }
      }
    }
    return file;
  }

  private static RawBatches open(Kind kind, Path file, int maxRecordBytes) throws IOException {
    long size = Files.exists(file) ? Files.size(file) : 10;
    return new ShardFormat(kind, null, CsvFormat.RFC_4180, maxRecordBytes)
        .open(new FileShard(4, file.toString(), size, Instant.EPOCH, 0, size));
  }

  private static List<RawBatch> read(Kind kind, Path file) throws IOException {
    List<RawBatch> batches = new ArrayList<>();
    try (RawBatches source = open(kind, file, 1 << 20)) {
      for (RawBatch batch = source.next(); batch != null; batch = source.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static List<String> decoded(List<RawBatch> batches) throws IOException {
    List<String> texts = new ArrayList<>();
    for (RawBatch batch : batches) {
      Schema schema = new Schema.Parser().parse(new String(batch.header(), StandardCharsets.UTF_8));
      for (int i = 0; i < batch.count(); i++) {
        texts.add(
            new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(batch.payload(i), null))
                .toString());
      }
    }
    return texts;
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AVRO", "PARQUET"})
  void handsOutEveryRecordWithItsNumber(Kind kind) throws IOException {
    List<GenericRecord> records = records(5_000);
    List<RawBatch> batches = read(kind, write(kind, records));

    assertThat(decoded(batches), is(records.stream().map(GenericRecord::toString).toList()));
    long expected = 0;
    for (RawBatch batch : batches) {
      assertThat(batch.shard(), is(4));
      for (int i = 0; i < batch.count(); i++) {
        assertThat(batch.positions()[i], is(expected++));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AVRO", "PARQUET"})
  void givesWhatStandsBeforeADamage(Kind kind) throws IOException {
    List<GenericRecord> records = records(3_000);
    Path file = write(kind, records);
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int round = 0; round < 60; round++) {
      byte[] damaged =
          round % 2 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
      for (int i = 0; round % 2 == 1 && i < 3; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      List<RawBatch> batches = read(kind, file);
      List<DeadLetter> rejects = batches.stream().flatMap(b -> b.rejects().stream()).toList();
      assertThat(rejects.size(), is(lessThan(2)));
      if (round % 2 == 0) {
        assertThat("of a file that is cut", rejects.size(), is(1));
        assertThat(rejects.get(0).reason(), is(Reason.MALFORMED));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AVRO", "PARQUET"})
  void keepsTheBeginningOfOversizedRecords(Kind kind) throws IOException {
    Path file = write(kind, records(50));
    try (RawBatches source = open(kind, file, 30)) {
      RawBatch batch = source.next();
      assertThat(batch.count() + batch.rejects().size(), is(50));
      assertThat(batch.rejects().size(), is(greaterThan(0)));
      assertThat(batch.rejects().get(0).reason(), is(Reason.OVERSIZED));
      assertThat(batch.rejects().get(0).detail(), containsString("the limit is 30"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AVRO", "PARQUET"})
  void saysThatAFileIsGone(Kind kind) {
    assertThrows(FileNotFoundException.class, () -> open(kind, folder.resolve("no such file"), 10));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AVRO", "PARQUET"})
  void bronzeKeepsTheSchema(Kind kind) throws IOException {
    List<GenericRecord> records = records(20);
    Path file = write(kind, records);
    Instant time = Instant.parse("2025-11-03T09:00:00Z");
    try (BronzeFile bronze =
        BronzeFile.of(folder.resolve("bronze").toString(), 1, 0, file.toString(), time)) {
      for (RawBatch batch : read(kind, file)) {
        bronze.write(batch);
      }
    }
    Path kept = folder.resolve("bronze/ingest_date=2025-11-03/cycle-0000000001-shard-00000.avro");
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(kept.toFile(), new GenericDatumReader<>())) {
      Schema schema = new Schema.Parser().parse(reader.getMetaString(BronzeFile.HEADER));
      GenericRecord first =
          new GenericDatumReader<GenericRecord>(schema)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          ((java.nio.ByteBuffer) reader.next().get("payload")).array(), null));
      assertThat(first.toString(), is(records.get(0).toString()));
    }
  }
}
