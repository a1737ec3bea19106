package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a source that is read once is what comes out of bronze again. */
class ReadLandedTest {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");
  private static final int LIMIT = 20;

  @TempDir Path folder;

  private BronzeCycle bronze;

  /** Files, one of which is refused when it is opened. */
  private record Once(Source files) implements Source {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean isRepeatable(List<Shard> shards) {
      return false;
    }

    @Override
    public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
      return files.plan(state, request);
    }

    @Override
    public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
      if (shard.uri().contains("refused")) {
        throw new RefusedFileException("is refused.");
      }
      return files.open(shard, blocks);
    }

    @Override
    public Estimate estimate(Shard shard) {
      return files.estimate(shard);
    }
  }

  @BeforeEach
  void place() {
    bronze = new BronzeCycle(folder.resolve("bronze").toString(), 5, TIME);
  }

  private FileShard shard(int number, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return new FileShard(number, file.toString(), Files.size(file), TIME, 0, Files.size(file));
  }

  private static List<String> described(RawBatch batch) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      all.add(
          batch.shard()
              + " "
              + batch.positions()[i]
              + " "
              + new String(batch.payload(i), StandardCharsets.UTF_8));
    }
    for (DeadLetter letter : batch.rejects()) {
      all.add(
          letter.provenance().shard()
              + " "
              + letter.provenance().position()
              + " "
              + letter.reason());
    }
    Landed landed = batch.landed();
    if (landed != null) {
      all.add(landed.shard() + " landed " + landed.read() + " " + landed.refused());
    }
    return all;
  }

  private static PCollection<String> texts(PCollection<RawBatch> batches) {
    return batches.apply(
        FlatMapElements.into(TypeDescriptors.strings()).via(ReadLandedTest::described));
  }

  /** Keeps the records, and returns what the driver is told. */
  private StageResult keep(List<Shard> shards) throws IOException {
    Source source =
        new Once(
            new FileSource(
                "",
                new ShardFormat(
                    ShardFormat.Kind.CSV, null, CsvFormat.RFC_4180, LIMIT, FileCheck.NONE)));
    TestPipeline pipeline = TestPipeline.create();
    pipeline.enableAbandonedNodeEnforcement(false);
    String result = folder.resolve("result.json").toString();
    PCollection<String> uris =
        pipeline
            .apply(Create.of(shards).withCoder(ShardCoder.of()))
            .apply(
                LandShards.of(
                    new LandShards.Settings(bronze, source, UnreadFiles.NONE, false, null)))
            .apply(KeepRecords.of(result));
    PAssert.that(uris).containsInAnyOrder(result);
    pipeline.run();
    return StagedJson.decode(Files.readAllBytes(Path.of(result)));
  }

  private BronzeManifest landed() throws IOException {
    StageResult result =
        keep(
            List.of(
                shard(0, "a.csv", "a,b\n1,x\n2," + "y".repeat(LIMIT) + "\n3,z\n"),
                shard(1, "refused.csv", "a,b\n4,x\n"),
                shard(2, "empty.csv", "a,b\n")));
    return BronzeManifest.of(5, result.landed(), Map.of("other", "7"));
  }

  PCollection<RawBatch> land(Pipeline pipeline, List<Landed> landed, ReadLanded read) {
    return pipeline
        .apply(Create.of(landed).withCoder(SerializableCoder.of(Landed.class)))
        .apply(read);
  }

  private PCollection<String> read(BronzeManifest manifest, Map<String, String> refused) {
    TestPipeline pipeline = TestPipeline.create();
    pipeline.enableAbandonedNodeEnforcement(false);
    return texts(
        land(
            pipeline, manifest.landed(), ReadLanded.of(new UnreadFiles(refused, Set.of()), LIMIT)));
  }

  @Test
  void recordsDeadLettersAndRefusalsComeBack() throws IOException {
    BronzeManifest manifest = landed();
    PCollection<String> read = read(manifest, Map.of());
    PAssert.that(read)
        .containsInAnyOrder(
            "0 4 1,x",
            "0 8 OVERSIZED",
            "0 31 3,z",
            "0 landed 3 null",
            "1 landed 0 is refused.",
            "2 landed 0 null");
    read.getPipeline().run();
    assertThat(manifest.positions(), is(Map.of("other", "7")));
  }

  @Test
  void ofAFileThatIsRefusedLaterNothingIsReadAndBronzeStays() throws IOException {
    BronzeManifest manifest = landed();
    PCollection<String> read =
        read(manifest, Map.of(folder.resolve("a.csv").toString(), "was found out."));
    PAssert.that(read)
        .containsInAnyOrder(
            "0 landed 0 was found out.", "1 landed 0 is refused.", "2 landed 0 null");
    read.getPipeline().run();
    try (Stream<Path> files = Files.walk(folder.resolve("bronze"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".avro")).count(), is(1L));
    }
  }

  @Test
  void eachAttemptHasFilesOfItsOwnAndTheFirstManifestCounts() throws IOException {
    BronzeManifest first = landed().put(bronze.folder());
    BronzeManifest second = landed();
    String file = String.valueOf(second.landed().get(0).bronzeFile());
    assertThat(file, is(not(String.valueOf(first.landed().get(0).bronzeFile()))));
    assertThat(second.put(bronze.folder()), is(first));
    first.deleteOthers(bronze);
    assertThat(Files.exists(Path.of(file)), is(false));
    assertThat(BronzeManifest.require(bronze.folder(), 5), is(first));
  }

  @Test
  void aManifestThatIsMissingOrDamagedIsNamed() throws IOException {
    String none =
        assertThrows(DamagedLogException.class, () -> BronzeManifest.require(bronze.folder(), 5))
            .getMessage();
    assertThat(none, containsString("manifests/0000000005.json' is missing"));
    landed().put(bronze.folder());
    Path file = Path.of(bronze.folder(), "manifests/0000000005.json");
    for (String damaged : List.of("", "{\"cycle\":5,", "[]")) {
      Files.writeString(file, damaged);
      String message =
          assertThrows(DamagedLogException.class, () -> BronzeManifest.find(bronze.folder(), 5))
              .getMessage();
      assertThat(message, containsString("Restore it"));
    }
  }
}
