package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Avro files become records that hold all they held, however damaged the file is. */
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
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
      writer.setCodec(CodecFactory.deflateCodec(1)).setSyncInterval(1 << 12);
      writer.create(SCHEMA, file.toFile());
      for (GenericRecord record : records) {
        writer.append(record);
      }
    }
    return file;
  }

  private static RawBatches open(Kind kind, Path file, int maxRecordBytes) throws IOException {
    long size = Files.exists(file) ? Files.size(file) : 10;
    return new ShardFormat(kind, null, CsvFormat.RFC_4180, maxRecordBytes, FileCheck.NONE)
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
      names = {"AVRO"})
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
      names = {"AVRO"})
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
      names = {"AVRO"})
  void saysThatAFileIsGone(Kind kind) {
    assertThrows(FileNotFoundException.class, () -> open(kind, folder.resolve("no such file"), 10));
  }
}
