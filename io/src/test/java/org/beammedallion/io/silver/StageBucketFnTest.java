package org.beammedallion.io.silver;

import static org.beammedallion.io.silver.SilverBlocks.KEY;
import static org.beammedallion.io.silver.SilverBlocks.SCHEMA;
import static org.beammedallion.io.silver.SilverBlocks.block;
import static org.beammedallion.io.silver.SilverBlocks.entry;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.silver.SilverBlocks.Entry;
import org.beammedallion.io.silver.SilverBlocks.Task;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.writing.PartCoder;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.BatchFigures;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.UniqueColumns;
import org.beammedallion.transforms.row.FieldCounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which row of a key is published, and what is said of the rows of the table. */
class StageBucketFnTest {

  private static final Destination BUCKET = Destination.bucket(5);

  @TempDir Path folder;

  /** What came out: the sum of the results, and blocks for other parts as text, sorted. */
  private record Staged(StageResult result, List<String> blocks) {}

  private Staged stage(Task task, List<KV<Destination, Block>> blocks) throws IOException {
    Path seen = folder.resolve("seen");
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(
            pipeline
                .apply(Create.of(blocks).withCoder(BlockCoder.addressed()))
                .apply(GroupByKey.create())
                .apply(ParDo.of(new StageBucketFn(task.settings(), false)))
                .setCoder(KvCoder.of(PartCoder.of(), BlockCoder.of())))
        .satisfies(new PartLines(seen.toString()));
    pipeline.run().waitUntilFinish();
    StageResult result = StageResult.NONE;
    List<String> others = new ArrayList<>();
    for (String line : Files.readAllLines(seen)) {
      if (line.startsWith("RESULT ")) {
        result =
            result.plus(
                StagedJson.decode(
                    line.substring("RESULT ".length()).getBytes(StandardCharsets.UTF_8)));
      } else {
        others.add(line);
      }
    }
    others.sort(null);
    return new Staged(result, others);
  }

  private static KV<Destination, Block> rows(Entry... entries) {
    return KV.of(BUCKET, block(Block.Kind.ROWS, entries));
  }

  private static KV<Destination, Block> references(Entry... entries) {
    return KV.of(BUCKET, block(Block.Kind.REFERENCES, entries));
  }

  private static List<Long> panes(TouchedPanes touched) {
    return LongStream.range(0, 100).filter(pane -> touched.contain(pane * 10, 10)).boxed().toList();
  }

  @Test
  void withoutAKeyEachRowIsPublished() throws IOException {
    Task task = Task.of(folder, null);
    Staged staged =
        stage(task, List.of(rows(entry(1, "a", 1), entry(1, "a", 1)), rows(entry(2, null, 1))));

    task.table().requireRows(staged.result().files(), "1 a 1 null", "1 a 1 null", "2 null 1 null");
    assertThat(staged.result().published(), is(3L));
    assertThat(staged.result().rows().keyed(), is(3L));
    assertThat(staged.result().rows().duplicate(), is(0L));
  }

  @Test
  void ofAKeyTheLatestIsPublishedAndOfEquallyLateOnesTheGreatest() throws IOException {
    Task task = Task.of(folder, KEY);
    Staged staged =
        stage(
            task,
            List.of(
                rows(entry(1, "z", 1), entry(1, "b", 2), entry(2, null, 7)),
                rows(entry(1, "c", 2), entry(1, "a", 2), entry(2, "n", 7))));

    task.table().requireRows(staged.result().files(), "1 c 2 null", "2 n 7 null");
    assertThat(staged.result().rows().keyed(), is(6L));
    assertThat(staged.result().rows().duplicate(), is(4L));
    assertThat(staged.blocks(), is(empty()));
  }

  @Test
  void aRowOfTheTableYieldsToALaterOneAndBarsAnEarlierOne() throws IOException {
    Task task = Task.of(folder, KEY);
    Staged staged =
        stage(
            task,
            List.of(
                rows(
                    entry(1, "later", 11),
                    entry(2, "earlier", 9),
                    entry(3, "as late", 10),
                    entry(4, "new", 1)),
                references(
                    entry(1, null, 10).from(7, 100),
                    entry(2, null, 10).from(7, 101),
                    entry(3, null, 10).from(8, 102),
                    entry(9, null, 10).from(8, 103))));

    task.table().requireRows(staged.result().files(), "1 later 11 null", "4 new 1 null");
    assertThat(
        staged.blocks(), is(List.of("file 7 loses 100", "file 8 at 102 against 3 as late 10")));
    assertThat(staged.result().published(), is(2L));
    assertThat(staged.result().rows().replaced(), is(1L));
    assertThat(staged.result().rows().duplicate(), is(1L));
  }

  @Test
  void aDeleteTakesAnEarlierRowAwayAndIsItselfNotPublished() throws IOException {
    Task task = Task.of(folder, KEY);
    Staged staged =
        stage(
            task,
            List.of(
                rows(
                    entry(1, null, 11).deleting(),
                    entry(2, null, 10).deleting(),
                    entry(3, null, 9).deleting(),
                    entry(4, null, 1).deleting()),
                references(
                    entry(1, null, 10).from(7, 100),
                    entry(2, null, 10).from(7, 101),
                    entry(3, null, 10).from(7, 102))));

    assertThat(staged.result().files(), is(empty()));
    assertThat(staged.blocks(), is(List.of("file 7 loses 100")));
    assertThat("of rows 1 and 4", staged.result().deletes().changes(), is(2L));
    assertThat(staged.result().deletes().rows(), is(1L));
    assertThat(staged.result().rows().duplicate(), is(2L));
    assertThat(staged.result().rows().replaced(), is(0L));
  }

  private Task remembering(boolean rewrite) {
    TableTarget target =
        new TableTarget(
            folder.resolve("deletes").toString(),
            Tombstones.schema(KEY),
            List.of(),
            1L << 30,
            "part",
            List.of(),
            FileRules.BY_NAME);
    return Task.of(folder, KEY).with(new Tombstones(target, 77, rewrite));
  }

  private TableFiles deletes() {
    return TableFiles.in(folder.resolve("deletes"), Tombstones.schema(KEY));
  }

  private static KV<Destination, Block> tombstones(Entry... entries) {
    return KV.of(BUCKET, block(Block.Kind.TOMBSTONES, entries));
  }

  @Test
  void aRememberedDeleteBarsEarlierChangesOnly() throws IOException {
    Task task = remembering(false);
    Staged staged =
        stage(
            task,
            List.of(
                rows(
                    entry(1, "earlier", 9),
                    entry(2, "as late", 10),
                    entry(3, "later", 11),
                    entry(4, null, 10).deleting(),
                    entry(5, null, 11).deleting()),
                tombstones(
                    entry(1, null, 10).from(0, 50),
                    entry(2, null, 10).from(0, 50),
                    entry(3, null, 10).from(0, 50),
                    entry(4, null, 10).from(0, 50),
                    entry(5, null, 10).from(0, 50))));

    task.table().requireRows(staged.result().files(), "2 as late 10 null", "3 later 11 null");
    assertThat(staged.result().rows().duplicate(), is(2L));
    deletes().requireRows(staged.result().deletes().files(), "5 11 77");
  }

  @Test
  void rememberedDeletesAreWrittenAgainWhereTheirTableIs() throws IOException {
    Staged staged =
        stage(
            remembering(true),
            List.of(
                rows(entry(5, null, 11).deleting()),
                tombstones(entry(1, null, 10).from(0, 50), entry(6, null, 3).from(0, 51))));

    deletes().requireRows(staged.result().deletes().files(), "1 10 50", "6 3 51", "5 11 77");
  }

  @Test
  void tellsThePanesOfRowsThatAreNewReplacedOrDeleted() throws IOException {
    Staged staged =
        stage(
            Task.of(folder, KEY),
            List.of(
                rows(
                    entry(1, "new", 1).at(9),
                    entry(2, "later", 11).at(20),
                    entry(3, null, 11).deleting(),
                    entry(4, "earlier", 9).at(70),
                    entry(5, "at no time", 1)),
                references(
                    entry(2, null, 10).from(7, 100).at(39),
                    entry(3, null, 10).from(7, 101).at(50),
                    entry(4, null, 10).from(7, 102).at(90))));

    assertThat(panes(staged.result().touched()), is(List.of(0L, 2L, 3L, 5L)));
  }

  @Test
  void sendsRowsOnToTheirPartitionsWhereTheyAreRegrouped() throws IOException {
    Staged staged =
        stage(
            Task.of(folder, KEY).regrouping(3, "name"),
            List.of(rows(entry(1, "a", 1), entry(2, "a", 2), entry(3, "b", 3), entry(1, "b", 0))));

    assertThat(staged.result().files(), is(empty()));
    assertThat(staged.result().published(), is(3L));
    assertThat(staged.blocks(), hasSize(3));
    List<String> rows = new ArrayList<>();
    for (String block : staged.blocks()) {
      rows.add(block.replaceFirst(" [0-2]: ", ": "));
    }
    assertThat(rows, is(List.of("name=a: 1 a 1", "name=a: 2 a 2", "name=b: 3 b 3")));
  }

  @Test
  void sendsFullBlocksToThePlaceOfTheirBucket() throws IOException {
    Entry[] entries =
        LongStream.range(0, 500)
            .mapToObj(id -> entry(id, "x".repeat(2_000), 1))
            .toArray(Entry[]::new);
    Staged staged = stage(Task.of(folder, KEY).regrouping(3, "version"), List.of(rows(entries)));

    assertThat(staged.blocks(), hasSize(500));
    assertThat(
        "bucket 5 of 3 places; what is left at the end goes to the first",
        staged.blocks().stream()
            .map(block -> block.substring(0, "version=1 2".length()))
            .distinct()
            .toList(),
        is(List.of("version=1 0", "version=1 2")));
  }

  @Test
  void keepsEveryVersionAlsoThoseThatAreNotPublished() throws IOException {
    RecordSchema schema = VersionLog.schema(SCHEMA);
    TableFiles versions = TableFiles.in(folder.resolve("versions"), schema);
    Staged staged =
        stage(
            Task.of(folder, KEY).with(new VersionLog(versions.target())),
            List.of(
                rows(entry(1, "a", 1), entry(1, "b", 2), entry(2, null, 9).deleting()),
                references(entry(1, null, 10).from(7, 100))));

    versions.requireRows(
        staged.result().versions(), "1 a 1 null false", "1 b 2 null false", "2 null 9 null true");
    assertThat(staged.result().files(), is(empty()));
  }

  @Test
  void sendsTheValuesOfPublishedRowsOnThatShouldBeUnique() throws IOException {
    UniqueColumns names = UniqueColumns.of(SilverBlocks.LAYOUT, List.of(FieldPath.of("name")));
    Staged staged =
        stage(
            Task.of(folder, KEY).with(names),
            List.of(rows(entry(1, "a", 1), entry(1, "b", 2), entry(2, "b", 1), entry(3, null, 1))));

    assertThat("two entries of 16 bytes", staged.blocks(), is(List.of("VALUES 0 32")));
  }

  @Test
  void writesDeadLettersAndAddsUpFigures() throws IOException {
    DeadLetter letter =
        new DeadLetter(
            Reason.MALFORMED,
            "no JSON",
            null,
            "[".getBytes(StandardCharsets.UTF_8),
            1,
            new Provenance("file:/in", 0, 9));
    Block figures =
        Block.Figures.of(
            new BatchFigures(
                3, 1, new long[] {4}, List.of(), new FieldCounts(Map.of("coupon", 2L))),
            1);
    Staged staged =
        stage(
            Task.of(folder, KEY),
            List.of(
                KV.of(Destination.deadLetters(2), Block.DeadLetters.of(List.of(letter))),
                KV.of(Destination.deadLetters(2), Block.DeadLetters.of(List.of(letter, letter))),
                KV.of(Destination.FIGURES, figures),
                KV.of(Destination.FIGURES, figures)));

    assertThat(staged.result().rejected(), is(Map.of(Reason.MALFORMED, 3L)));
    List<String> lines = Files.readAllLines(Path.of(staged.result().quarantine().get(0).uri()));
    assertThat(lines, hasSize(3));
    assertThat(lines.get(0), containsString("\"payload\":\"[\""));
    assertThat(staged.result().accepted(), is(6L));
    assertThat(staged.result().ignored(), is(2L));
    assertThat("dropped before they came", staged.result().rows().duplicate(), is(2L));
    assertThat(staged.result().rows().keyed(), is(2L));
    assertThat(staged.result().measures(), is(new long[] {8}));
    assertThat(staged.result().unknownFields(), is(Map.of("coupon", 4L)));
    assertThat(staged.result().files(), is(empty()));
  }
}
