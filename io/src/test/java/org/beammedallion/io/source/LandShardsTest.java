package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
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
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a shard: its records go on and are kept, or its file is refused, or gone. */
class LandShardsTest {

  private static final Instant TIME = Instant.parse("2025-11-03T09:00:00Z");

  @TempDir Path folder;

  private LandedRecords land(ShardFormat format, Map<String, String> refused, FileShard... shards)
      throws IOException {
    return land(format, refused, false, shards);
  }

  private LandedRecords land(
      ShardFormat format, Map<String, String> refused, boolean wholeFilesOnly, FileShard... shards)
      throws IOException {
    Path seen = Files.createDirectories(folder.resolve("seen"));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    LandShards.Settings settings =
        new LandShards.Settings(
            new BronzeCycle(folder.resolve("bronze").toString(), 3, TIME),
            new FileSource("", format),
            new UnreadFiles(refused, Set.of()),
            wholeFilesOnly,
            null);
    PAssert.that(land(pipeline, List.of(shards), settings))
        .satisfies(new LandedRecords.Written(seen.toString()));
    pipeline.run().waitUntilFinish();
    return LandedRecords.Written.read(seen);
  }

  /** The transform. */
  PCollection<RawBatch> land(Pipeline pipeline, List<Shard> shards, LandShards.Settings settings) {
    return pipeline
        .apply(Create.of(shards).withCoder(ShardCoder.of()))
        .apply(LandShards.of(settings));
  }

  private static ShardFormat format(Kind kind, FileCheck check) {
    return new ShardFormat(kind, null, CsvFormat.RFC_4180, 1 << 20, check);
  }

  private static ShardFormat lines() {
    return format(Kind.LINES, FileCheck.NONE);
  }

  private FileShard shard(int number, String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content);
    return new FileShard(number, file.toString(), content.length, Instant.EPOCH, 0, content.length);
  }

  private FileShard shard(int number, String name, String content) throws IOException {
    return shard(number, name, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path bronze(int shard) {
    return folder.resolve(
        "bronze/ingest_date=2025-11-03/cycle-0000000003-shard-0000" + shard + ".avro");
  }

  private byte[] avro(int records) throws IOException {
    return avro(records, "r");
  }

  private byte[] avro(int records, String name) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\""
                    + name
                    + "\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}");
    Path file = folder.resolve("made");
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.nullCodec()).setSyncInterval(1 << 16);
      writer.create(schema, file.toFile());
      for (int i = 0; i < records; i++) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("text", "x".repeat(1_000));
        writer.append(record);
      }
    }
    return Files.readAllBytes(file);
  }

  @Test
  void passesRecordsOnAndKeepsThem() throws IOException {
    LandedRecords result =
        land(
            lines(),
            Map.of(),
            shard(0, "a.jsonl", "one\ntwo\n"),
            shard(1, "b.jsonl", "three\n"),
            shard(2, "empty.jsonl", ""));

    assertThat(result.records(), is(List.of("one", "three", "two")));
    assertThat(result.landed().stream().map(Landed::read).toList(), is(List.of(2L, 1L, 0L)));
    for (Landed landed : result.landed()) {
      assertThat(String.valueOf(landed.refused()), is("null"));
      assertThat(String.valueOf(landed.warning()), is("null"));
      assertThat(landed.vanished(), is(false));
    }
    assertThat(result.landed().get(2).bronzeFile() == null, is(true));
    Landed first = result.landed().get(0);
    assertThat(first.bronzeFile(), is(bronze(0).toString()));
    assertThat(first.bronzeBytes(), is(Files.size(bronze(0))));
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(bronze(0).toFile(), new GenericDatumReader<>())) {
      assertThat(reader.getSchema(), is(BronzeFile.SCHEMA));
      assertThat(reader.next().get("position"), is(0L));
      assertThat(reader.next().get("position"), is(4L));
    }
  }

  @Test
  void keepsNothingOfAFileThatIsRefusedBeforeItsRecords() throws IOException {
    Files.createDirectories(bronze(0).getParent());
    Files.writeString(bronze(0), "of an earlier attempt");
    LandedRecords result =
        land(
            format(
                Kind.AVRO,
                header -> {
                  throw new RefusedFileException("has nothing that we know.");
                }),
            Map.of(),
            shard(0, "a.avro", avro(3)));

    assertThat(result.records(), is(List.of()));
    assertThat(result.landed().get(0).refused(), is("has nothing that we know."));
    assertThat(result.landed().get(0).read(), is(0L));
    assertThat(Files.exists(bronze(0)), is(false));
  }

  @Test
  void tellsHowManyRecordsWentOnOfAFileThatIsRefusedLate() throws IOException {
    byte[] whole = avro(2_000);
    LandedRecords result =
        land(
            format(Kind.AVRO, FileCheck.NONE),
            Map.of(),
            shard(0, "a.avro", Arrays.copyOf(whole, whole.length - 100)),
            shard(1, "b.avro", whole));

    Landed refused = result.landed().get(0);
    assertThat(String.valueOf(refused.refused()), startsWith("is a damaged Avro file, or ends"));
    assertThat("records that must be taken back", refused.read() > 0, is(true));
    assertThat(refused.read(), is(result.records().size() - 2_000L));
    assertThat(Files.exists(bronze(0)), is(false));
    assertThat("the other file", result.landed().get(1).read(), is(2_000L));
    assertThat(Files.exists(bronze(1)), is(true));
  }

  @Test
  void doesNotOpenAFileThatAnotherShardRefused() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\n");
    LandedRecords result = land(lines(), Map.of(shard.uri(), "has been refused."), shard);

    assertThat(result.records(), is(List.of()));
    assertThat(result.landed().get(0).refused(), is("has been refused."));
    assertThat(Files.exists(bronze(0)), is(false));
  }

  @Test
  void anErrorRefusesTheOneFileAndNamesItsInnermostCause() throws IOException {
    FileCheck failing =
        header -> {
          if (new String(header, StandardCharsets.UTF_8).contains("other")) {
            throw new ExceptionInInitializerError(
                new IllegalStateException(new NoSuchMethodError("Codec.builder()")));
          }
          return null;
        };
    LandedRecords result =
        land(
            format(Kind.AVRO, failing),
            Map.of(),
            shard(0, "a.avro", avro(3, "other")),
            shard(1, "b.avro", avro(3)));

    assertThat(result.landed().get(1).read(), is(3L));
    assertThat(
        String.valueOf(result.landed().get(0).refused()),
        startsWith(
            "cannot be read by this program (java.lang.NoSuchMethodError: Codec.builder())"));
    assertThat(Files.exists(bronze(0)), is(false));
  }

  @Test
  void aFileThatHasVanishedGivesNothingAndIsTold() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\n");
    Files.delete(Path.of(shard.uri()));
    LandedRecords result = land(lines(), Map.of(), shard, shard(1, "b.jsonl", "two\n"));

    assertThat(result.records(), is(List.of("two")));
    assertThat(result.landed().get(0).vanished(), is(true));
    assertThat(
        String.valueOf(result.landed().get(0).warning()),
        containsString("does not exist any more"));
  }

  /** The first half of a compressed text of 20,000 lines. */
  private FileShard halfOfACompressedText() throws IOException {
    Path zipped = folder.resolve("zipped");
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      text.append(random.nextLong()).append('\n');
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(zipped);
    return shard(0, "a.gz", Arrays.copyOf(whole, whole.length / 2));
  }

  @Test
  void aCompressedTextThatBreaksOffGivesWhatIsBeforeAndADeadLetter() throws IOException {
    LandedRecords result = land(lines(), Map.of(), halfOfACompressedText());

    assertThat(result.records().size() > 1_000, is(true));
    assertThat(result.rejects().size(), is(1));
    assertThat(result.rejects().get(0).reason(), is(Reason.MALFORMED));
    Landed landed = result.landed().get(0);
    assertThat(landed.read(), is(result.records().size() + 1L));
    assertThat(String.valueOf(landed.warning()), startsWith("is damaged or ends early"));
  }

  @Test
  void aFurtherMemberThatIsDamagedAtItsBeginningIsADeadLetter() throws IOException {
    LandedRecords result =
        land(lines(), Map.of(), shard(0, "b.gz", CompressionTest.brokenMember()));
    assertThat(result.records(), is(List.of("one", "two")));
    assertThat(result.rejects().get(0).reason(), is(Reason.MALFORMED));
  }

  @Test
  void aFileThatHasShrunkIsReadAndTold() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\ntwo\n");
    Files.writeString(Path.of(shard.uri()), "one\n");
    LandedRecords result = land(lines(), Map.of(), shard);

    assertThat(result.records(), is(List.of("one")));
    assertThat(
        String.valueOf(result.landed().get(0).warning()), containsString("has fewer bytes than"));
  }

  @Test
  void aFileThatBreaksOffIsRefusedWhereItWouldReplaceWholePartitions() throws IOException {
    LandedRecords result =
        land(lines(), Map.of(), true, halfOfACompressedText(), shard(1, "whole.jsonl", "one\n"));

    Landed refused = result.landed().get(0);
    assertThat(String.valueOf(refused.refused()), containsString("Provide the whole file."));
    assertThat(
        "records that must be taken back", refused.read() > result.records().size() - 2, is(true));
    assertThat(Files.exists(bronze(0)), is(false));
    assertThat("the other file", result.landed().get(1).read(), is(1L));
    assertThat(Files.exists(bronze(1)), is(true));
  }

  @Test
  void aFileThatHasShrunkIsRefusedWhereItWouldReplaceWholePartitions() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\ntwo\n");
    Files.writeString(Path.of(shard.uri()), "one\n");
    LandedRecords result = land(lines(), Map.of(), true, shard);

    assertThat(
        String.valueOf(result.landed().get(0).refused()),
        containsString("Provide the whole file."));
    assertThat(Files.exists(bronze(0)), is(false));
  }

  @Test
  void aRecordThatIsTooLongIsADeadLetterAndKept() throws IOException {
    ShardFormat short10 = new ShardFormat(Kind.LINES, null, CsvFormat.RFC_4180, 10, FileCheck.NONE);
    LandedRecords result =
        land(short10, Map.of(), shard(0, "a.jsonl", "one\n" + "x".repeat(11) + "\nend\n"));

    assertThat(result.records(), is(List.of("end", "one")));
    assertThat(result.rejects().size(), is(1));
    assertThat(result.rejects().get(0).reason(), is(Reason.OVERSIZED));
    assertThat(result.rejects().get(0).payloadLength(), is(11L));
    assertThat(result.rejects().get(0).provenance().position(), is(4L));
    assertThat("each record counts", result.landed().get(0).read(), is(3L));
    List<Long> kept = new ArrayList<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(bronze(0).toFile(), new GenericDatumReader<>())) {
      reader.forEach(record -> kept.add((Long) record.get("position")));
    }
    kept.sort(null);
    assertThat(kept, is(List.of(0L, 4L, 16L)));
  }

  @Test
  void aRepeatWritesTheSameBronzeOverItself() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\ntwo\n");
    land(lines(), Map.of(), shard);
    byte[] first = Files.readAllBytes(bronze(0));
    land(lines(), Map.of(), shard);

    assertThat(Arrays.equals(Files.readAllBytes(bronze(0)), first), is(true));
    try (Stream<Path> files = Files.list(bronze(0).getParent())) {
      assertThat(files.toList(), is(List.of(bronze(0))));
    }
  }

  @Test
  void failsWhereBronzeCannotBeWritten() throws IOException {
    FileShard shard = shard(0, "a.jsonl", "one\n");
    Files.writeString(folder.resolve("bronze"), "a file where the folder should be");

    RuntimeException failure =
        assertThrows(RuntimeException.class, () -> land(lines(), Map.of(), shard));
    assertThat(failure.getMessage(), containsString("a part of the path is a file"));
  }
}
