package org.beammedallion.io.silver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.SpreadRows;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * From decoded batches to the files of one cycle: spread by key, compared with the rows of the
 * table, written. Beam's own ParquetIO reads what was written.
 */
@ExtendWith(TestPipelineExtension.class)
class StageSilverTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.required("version", FieldType.LONG),
          Field.optional("day", FieldType.STRING));

  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);
  private static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, 2);
  private static final int BUCKETS = 4;

  @TempDir Path folder;

  private StageSilver.Settings settings(
      int cycle, List<DataFile> liveFiles, List<PartitionField> partitions, boolean regroup) {
    TableTarget target =
        new TableTarget(
            folder.toString(),
            SCHEMA,
            partitions,
            1L << 30,
            "cycle-" + cycle,
            List.of("file:/in"),
            new FileRules("", FieldIds.NONE, EmptyText.VALUE, List.of()));
    return new StageSilver.Settings(
        target,
        KEY,
        new StageSilver.EventTime(-1, 1),
        new StageSilver.Regrouping(regroup, 1),
        new StageSilver.Existing(liveFiles, null),
        new QuarantineFiles(folder + "/quarantine", cycle, Instant.EPOCH),
        null,
        null,
        new StageSilver.Unique(List.of(), 1),
        folder + "/result-" + cycle + ".json");
  }

  private static RowBatch batch(int shard, String... records) {
    byte[] bytes = String.join("\n", records).getBytes(StandardCharsets.UTF_8);
    int[] starts = new int[records.length];
    int[] lengths = new int[records.length];
    int at = 0;
    for (int i = 0; i < records.length; i++) {
      starts[i] = at;
      lengths[i] = records[i].getBytes(StandardCharsets.UTF_8).length;
      at += lengths[i] + 1;
    }
    return JsonDecoder.of(SCHEMA, RowCheck.NONE)
        .decode(
            new RawBatch(
                "file:/in",
                shard,
                null,
                bytes,
                records.length,
                starts,
                lengths,
                Arrays.stream(starts).asLongStream().toArray(),
                List.of()));
  }

  private static String row(long id, String name, long version) {
    return "{\"id\":%d,\"name\":\"%s\",\"version\":%d,\"day\":\"d%d\"}"
        .formatted(id, name, version, id % 3);
  }

  private StageResult staged(TestPipeline run, StageSilver.Settings settings, RowBatch... batches)
      throws IOException {
    PCollection<KV<Destination, Block>> blocks =
        run.apply("Batches", Create.of(List.of(batches)).withCoder(RowBatchCoder.of()))
            .apply("Spread", SpreadRows.of(KEY, BUCKETS, 2));
    if (!settings.existing().files().isEmpty()) {
      PCollection<KV<Destination, Block>> references =
          run.apply(
              "References",
              ReadReferences.of(
                  new ReadReferences.Settings(
                      folder.toString(), KEY, -1, settings.existing().files(), BUCKETS, null)));
      blocks = PCollectionList.of(blocks).and(references).apply("Both", Flatten.pCollections());
    }
    PCollection<String> result = blocks.apply("Stage", StageSilver.of(settings));
    PAssert.that(result).containsInAnyOrder(settings.resultUri());
    run.run().waitUntilFinish();
    return StagedJson.decode(Files.readAllBytes(Path.of(settings.resultUri())));
  }

  /** The rows of files, as Beam reads them. */
  private PCollection<String> read(TestPipeline run, List<DataFile> files) {
    return read(run, files, StageSilverTest::text);
  }

  private PCollection<String> read(
      TestPipeline run, List<DataFile> files, SerializableFunction<GenericRecord, String> text) {
    List<String> paths =
        files.stream().map(file -> folder.resolve(file.path()).toString()).toList();
    return run.apply(Create.of(paths))
        .apply(FileIO.matchAll())
        .apply(FileIO.readMatches())
        .apply(ParquetIO.parseFilesGenericRecords(text).withCoder(StringUtf8Coder.of()));
  }

  private static String text(GenericRecord record) {
    return record.get("id") + " " + record.get("name") + " " + record.get("version");
  }

  @Test
  void writesTheLatestRowOfEachKey(TestPipeline run) throws Exception {
    StageResult result =
        staged(
            run,
            settings(1, List.of(), List.of(), false),
            batch(0, row(1, "a", 1), row(2, "b", 5), row(1, "c", 3), "{\"id\":", row(1, "d", 2)),
            batch(1, row(2, "e", 4), row(3, "f", 1), "{\"id\":4}"));

    assertThat(result.rows().keyed(), is(6L));
    assertThat(result.published(), is(3L));
    assertThat(result.rows().duplicate(), is(3L));
    assertThat(result.rejected(), is(Map.of(Reason.MALFORMED, 1L, Reason.MISSING_REQUIRED, 1L)));
    assertThat(result.removed(), is(empty()));

    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(read(reading, result.files())).containsInAnyOrder("1 c 3", "2 b 5", "3 f 1");
    reading.run().waitUntilFinish();
  }

  /** As a transform of a user makes it, which does not tell where a row came from. */
  @Test
  void publishesARowOfNoShardWithoutProvenance(TestPipeline run) throws Exception {
    StageResult result =
        staged(
            run,
            settings(1, List.of(), List.of(), false),
            batch(Integer.MAX_VALUE, row(1, "made", 1)),
            batch(0, row(2, "read", 1)));

    assertThat(result.published(), is(2L));
    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(
            read(
                reading,
                result.files(),
                row -> row.get("name") + " " + row.get("_source") + " " + row.get("_position")))
        .containsInAnyOrder("made null null", "read file:/in 0");
    reading.run().waitUntilFinish();
  }

  @Test
  void replacesOlderRowsOfTheTableAndYieldsToNewerOnes(TestPipeline run) throws Exception {
    StageResult before =
        staged(
            TestPipeline.create().enableAbandonedNodeEnforcement(false),
            settings(1, List.of(), List.of(), false),
            batch(0, row(1, "old", 10), row(2, "kept", 10), row(3, "same", 10)));

    StageResult result =
        staged(
            run,
            settings(2, before.files(), List.of(), false),
            batch(0, row(1, "new", 11), row(2, "late", 9), row(3, "same", 10), row(4, "more", 1)));

    assertThat(result.published(), is(2L));
    assertThat(result.rows().replaced(), is(1L));
    assertThat(result.rows().duplicate(), is(2L));
    // Files that lose no row stay.
    List<DataFile> live = new ArrayList<>(result.files());
    before.files().stream()
        .filter(file -> !result.removed().contains(file.path()))
        .forEach(live::add);

    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(read(reading, live))
        .containsInAnyOrder("1 new 11", "2 kept 10", "3 same 10", "4 more 1");
    reading.run().waitUntilFinish();
  }

  @Test
  void writesRegroupedRowsIntoOneFileForEachPartition(TestPipeline run) throws Exception {
    String[] rows = IntStream.range(0, 300).mapToObj(id -> row(id, "n", 1)).toArray(String[]::new);
    StageResult result =
        staged(
            run,
            settings(1, List.of(), List.of(PartitionField.parse("day")), true),
            batch(0, rows),
            batch(1, "{\"id\":1000,\"version\":1}"));

    Map<String, Long> written =
        result.files().stream()
            .collect(Collectors.toMap(file -> file.path().split("/")[0], DataFile::rows));
    assertThat(written, is(aMapWithSize(4)));
    assertThat(written.values().stream().sorted().toList(), contains(1L, 100L, 100L, 100L));
    assertThat(result.published(), is(301L));
  }
}
