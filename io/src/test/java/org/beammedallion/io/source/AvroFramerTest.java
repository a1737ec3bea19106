package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Avro's container files: every cut gives the same records, and damage is never taken for an end.
 */
class AvroFramerTest {

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"row\",\"doc\":\"kept\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
                  + "{\"name\":\"text\",\"type\":[\"null\",\"string\"]}]}");
  private static final Instant TIME = Instant.parse("2025-11-03T09:00:00Z");

  @TempDir Path folder;

  private Path write(int records, CodecFactory codec) throws IOException {
    Path file = folder.resolve("in.avro");
    Random random = new Random(records);
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
      writer.setCodec(codec).setSyncInterval(1 << 10).setMeta("writer", "test");
      writer.create(SCHEMA, file.toFile());
      for (long i = 0; i < records; i++) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("id", i);
        record.put("text", i % 3 == 0 ? null : "text " + random.nextLong());
        writer.append(record);
      }
    }
    return file;
  }

  private static ShardFormat format(FileCheck check) {
    return new ShardFormat(Kind.AVRO, null, CsvFormat.RFC_4180, 1 << 20, check);
  }

  private static FileShard shard(Path file, int number, long from, long to) throws IOException {
    return new FileShard(number, file.toString(), Files.size(file), Instant.EPOCH, from, to);
  }

  private static List<RawBatch> read(FileShard shard, BronzeFile bronze) throws IOException {
    List<RawBatch> batches = new ArrayList<>();
    try (bronze;
        RawBatches source = format(FileCheck.NONE).open(shard, bronze)) {
      for (RawBatch batch = source.next(); batch != null; batch = source.next()) {
        bronze.write(batch);
        batches.add(batch);
      }
    }
    return batches;
  }

  private BronzeFile bronze(FileShard shard) {
    return BronzeFile.of(
        new BronzeCycle(folder.resolve("bronze").toString(), 7, TIME), shard.number(), shard.uri());
  }

  private static List<String> rows(List<RawBatch> batches) throws IOException {
    List<String> rows = new ArrayList<>();
    for (RawBatch batch : batches) {
      for (int i = 0; i < batch.count(); i++) {
        GenericRecord record =
            new GenericDatumReader<GenericRecord>(SCHEMA)
                .read(null, DecoderFactory.get().binaryDecoder(batch.payload(i), null));
        rows.add(batch.positions()[i] + " " + record);
      }
    }
    return rows;
  }

  /** As Avro's own reader reads them. */
  private static List<String> expected(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      for (GenericRecord record : reader) {
        rows.add(rows.size() + " " + record);
      }
    }
    return rows;
  }

  private static String refusal(Path file) {
    return assertThrows(
            RefusedFileException.class,
            () -> {
              try (RawBatches source =
                  format(FileCheck.NONE).open(shard(file, 0, 0, Files.size(file)))) {
                while (source.next() != null) {
                  // What was before goes on, and is taken back.
                }
              }
            })
        .why();
  }

  @Test
  void everyCutGivesTheSameRecordsWithTheirNumbers() throws IOException {
    Path file = write(3_000, CodecFactory.deflateCodec(1));
    List<String> expected = expected(file);
    long size = Files.size(file);
    Random random = new Random(5);
    for (int round = 0; round < 40; round++) {
      TreeSet<Long> borders = new TreeSet<>(List.of(0L, size));
      for (int i = 0; i < round; i++) {
        borders.add((long) (random.nextDouble() * size));
      }
      List<String> rows = new ArrayList<>();
      Long from = null;
      for (long to : borders) {
        if (from != null) {
          FileShard shard = shard(file, 0, from, to);
          rows.addAll(rows(read(shard, bronze(shard))));
        }
        from = to;
      }
      assertThat("cut at " + borders, rows, is(expected));
    }
  }

  @Test
  void filesAreCutUnlessTheyAreCompressedAsAWhole() throws IOException {
    assertThat(format(FileCheck.NONE).isSplittable("a.avro"), is(true));
    assertThat(format(FileCheck.NONE).isSplittable("a.avro.gz"), is(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard", "bzip2", "xz"})
  void bronzeHoldsTheBlocksAsTheyAre(String codec) throws IOException {
    Path file = write(2_000, CodecFactory.fromString(codec));
    long middle = Files.size(file) / 2;
    List<byte[]> original = blocks(file);
    List<byte[]> kept = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      FileShard shard =
          shard(file, number, number * middle, number == 0 ? middle : Files.size(file));
      BronzeFile bronze = bronze(shard);
      List<RawBatch> batches = read(shard, bronze);
      rows.addAll(rows(batches));
      Path copy = Path.of(String.valueOf(bronze.uri()));
      assertThat(
          copy.getFileName().toString(), is("cycle-0000000007-shard-0000" + number + ".avro"));
      assertThat(bronze.records(), is(batches.stream().mapToLong(RawBatch::count).sum()));
      assertThat(bronze.bytes(), is(Files.size(copy)));
      kept.addAll(blocks(copy));
      byte[] first = Files.readAllBytes(copy);
      read(shard, bronze(shard));
      assertThat("a repeat", Arrays.equals(first, Files.readAllBytes(copy)), is(true));
      try (DataFileReader<GenericRecord> reader =
          new DataFileReader<>(copy.toFile(), new GenericDatumReader<>())) {
        assertThat(reader.getSchema(), is(SCHEMA));
        assertThat(reader.getSchema().getDoc(), is("kept"));
        assertThat(reader.getMetaString("writer"), is("test"));
        assertThat(reader.getMetaString("medallion.bronze"), is("2"));
        assertThat(reader.getMetaString("medallion.source"), is(file.toString()));
        assertThat(reader.getMetaString("medallion.shard"), is(Integer.toString(number)));
        assertThat(reader.getMetaString("medallion.cycle"), is("7"));
        assertThat(reader.getMetaString("medallion.ingest_time"), is("2025-11-03T09:00:00Z"));
        long position = Long.parseLong(reader.getMetaString("medallion.first"));
        assertThat(position, is(batches.get(0).positions()[0]));
        for (GenericRecord record : reader) {
          assertThat(position + " " + record, is(rows.get((int) position)));
          position++;
        }
      }
    }
    assertThat(rows, is(expected(file)));
    assertThat(kept.size(), is(greaterThan(4)));
    assertThat(kept.size(), is(original.size()));
    for (int i = 0; i < kept.size(); i++) {
      assertThat("block " + i, Arrays.equals(kept.get(i), original.get(i)), is(true));
    }
  }

  /** The compressed bytes of the blocks, by Avro's reader of headers and our own eyes for sizes. */
  private static List<byte[]> blocks(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    List<Long> syncs = new ArrayList<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      reader.sync(0);
      syncs.add(reader.previousSync());
      while (reader.hasNext()) {
        reader.sync(reader.previousSync() + 1);
        syncs.add(reader.previousSync());
      }
    }
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 1; i < syncs.size(); i++) {
      long from = syncs.get(i - 1);
      long to = syncs.get(i) - 16;
      if (to > from) {
        blocks.add(Arrays.copyOfRange(bytes, (int) from, (int) to));
      }
    }
    return blocks;
  }

  @Test
  void aFileThatBreaksOffIsRefused() throws IOException {
    Path file = write(500, CodecFactory.deflateCodec(1));
    byte[] bytes = Files.readAllBytes(file);
    TreeSet<Long> ends = new TreeSet<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      while (reader.hasNext()) {
        ends.add(reader.previousSync());
        reader.next();
      }
    }
    for (int length = 0; length < bytes.length; length += length < 400 ? 1 : 37) {
      if (ends.contains((long) length)) {
        continue;
      }
      Files.write(file, Arrays.copyOf(bytes, length));
      boolean header = length < ends.first();
      assertThat(
          "of " + length,
          refusal(file),
          startsWith(
              header
                  ? "is no Avro object container file"
                  : "is a damaged Avro file, or ends early"));
    }
  }

  /** A flipped bit is noticed, or changes a value that has no checksum; it never drops a record. */
  @Test
  void aDamagedFileIsRefusedOrHasAllItsRecords() throws IOException {
    for (String codec : List.of("snappy", "null")) {
      Path file = write(500, CodecFactory.fromString(codec));
      byte[] bytes = Files.readAllBytes(file);
      Random random = new Random(3);
      int refused = 0;
      for (int round = 0; round < 300; round++) {
        byte[] damaged = bytes.clone();
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, damaged);
        long count = 0;
        try (RawBatches source = format(FileCheck.NONE).open(shard(file, 0, 0, bytes.length))) {
          for (RawBatch batch = source.next(); batch != null; batch = source.next()) {
            assertThat(batch.rejects(), is(List.of()));
            count += batch.count();
          }
          assertThat(count, is(500L));
        } catch (RefusedFileException e) {
          refused++;
        }
      }
      assertThat(refused, is(greaterThan(codec.equals("snappy") ? 250 : 20)));
    }
  }

  @Test
  void whatIsNoAvroFileIsRefused() throws IOException {
    Path file = folder.resolve("other.avro");
    for (String content : List.of("", "Obj", "PAR1 and so on", "{\"id\":1}\n")) {
      Files.writeString(file, content);
      assertThat(refusal(file), startsWith("is no Avro object container file"));
    }
    byte[] bytes = Files.readAllBytes(write(10, CodecFactory.nullCodec()));
    Files.write(
        file,
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("\"type\":\"record\"", "\"type\":\"recorx\"")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal(file), containsString("schema is broken"));
    Files.write(
        file,
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("\bnull", "\blzma")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal(file), containsString("Unrecognized codec: lzma"));
  }

  @Test
  void aFileWithoutRecordsIsTold() throws IOException {
    Path file = write(0, CodecFactory.deflateCodec(1));
    try (RawBatches source = format(FileCheck.NONE).open(shard(file, 0, 0, Files.size(file)))) {
      assertThat(source.next(), is(nullValue()));
      assertThat(source.warning(), is("holds no record, only an Avro schema."));
    }
  }

  @Test
  void aFileInGzipIsReadAndRefusedWhereThatBreaksOff() throws IOException {
    Path file = write(500, CodecFactory.nullCodec());
    List<String> expected = expected(file);
    Path zipped = folder.resolve("in.avro.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      Files.copy(file, out);
    }
    FileShard whole = shard(zipped, 0, 0, Files.size(zipped));
    assertThat(rows(read(whole, bronze(whole))), is(expected));
    Files.write(zipped, Arrays.copyOf(Files.readAllBytes(zipped), (int) Files.size(zipped) / 2));
    assertThat(refusal(zipped), containsString("gzip stream is damaged or ends early"));
  }

  @Test
  void theSchemaIsCheckedBeforeARecordGoesOn() throws IOException {
    Path file = write(10, CodecFactory.nullCodec());
    FileCheck refusing =
        header -> {
          throw new RefusedFileException(new String(header, StandardCharsets.UTF_8));
        };
    try (RawBatches source = format(refusing).open(shard(file, 0, 0, Files.size(file)))) {
      RefusedFileException refused = assertThrows(RefusedFileException.class, source::next);
      assertThat(new Schema.Parser().parse(refused.why()), is(SCHEMA));
    }
    try (RawBatches source =
        format(header -> "has a schema.").open(shard(file, 0, 0, Files.size(file)))) {
      assertThat(source.next().count(), is(10));
      assertThat(source.warning(), is("has a schema."));
    }
  }
}
