package org.beammedallion.io.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.silver.MergeVersions;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions are merged into the files of their ranges, and a dimension is made of the ranges that
 * changed. Beam's own ParquetIO reads what was written; what it must be is told by the versions
 * themselves.
 */
class DimensionByKeyTest {

  private static final RecordSchema ROWS =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.required("since", FieldType.TIMESTAMP));
  private static final RecordSchema VERSIONS = VersionLog.schema(ROWS);
  private static final RowLayout LAYOUT = RowLayout.of(VERSIONS);
  private static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, -1);
  private static final RecordSchema DIMENSION =
      RecordSchema.of(
          Field.required("key", FieldType.LONG),
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.required("valid_from", FieldType.TIMESTAMP),
          Field.optional("valid_to", FieldType.TIMESTAMP),
          Field.required("is_current", FieldType.BOOLEAN));
  private static final DimensionPlan PLAN =
      DimensionPlan.of(
          VERSIONS,
          new DimensionPlan.Names(
              List.of("id"),
              List.of("name"),
              List.of("name"),
              "since",
              null,
              VersionLog.DELETED,
              Chronology.TIME),
          DIMENSION);
  private static final int KEYS = 20_000;

  /** A version; a name that is null is a delete. */
  private record Version(long id, String name, long since) {}

  @TempDir Path folder;

  private final List<Version> all = new ArrayList<>();
  private List<DataFile> versions = List.of();
  private List<DataFile> dimension = List.of();

  private TableTarget target(String table, RecordSchema schema, int cycle) {
    return new TableTarget(
        folder.resolve(table).toString(),
        schema,
        List.of(),
        1L << 30,
        String.format("cycle-%010d-0001", cycle),
        List.of(),
        new FileRules("", FieldIds.NONE, EmptyText.VALUE, List.of()));
  }

  private List<DataFile> incoming(int cycle, List<Version> added) throws IOException {
    all.addAll(added);
    try (StagedFiles files = new StagedFiles(target("versions", VERSIONS, cycle))) {
      RowBuilder builder = new RowBuilder(256);
      for (Version version : added) {
        builder.truncate(0);
        int row = builder.beginRow(LAYOUT);
        builder.setLong(LAYOUT, row, 0, version.id());
        if (version.name() != null) {
          builder.setString(LAYOUT, row, 1, version.name());
        }
        builder.setLong(LAYOUT, row, 2, version.since());
        builder.setBoolean(LAYOUT, row, 3, version.name() == null);
        files.write(builder.bytes(), row, null, 0);
      }
      return files.finish();
    }
  }

  private static List<DataFile> changed(List<DataFile> live, StageResult result) {
    List<DataFile> now = new ArrayList<>(result.files());
    live.stream().filter(file -> !result.removed().contains(file.path())).forEach(now::add);
    return now;
  }

  /** Returns how many ranges of the dimension were made again. */
  private int cycle(int number, List<Version> added) throws IOException {
    List<DataFile> incoming = incoming(number, added);
    String uri = folder + "/versions-" + number + ".json";
    KeyRanges before = KeyRanges.of(KEY, versions, added.size());
    TestPipeline merge = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    merge.apply(
        MergeVersions.of(
            new MergeVersions.Settings(
                new VersionLog(target("versions", VERSIONS, number)), KEY, before, incoming, uri)));
    merge.run().waitUntilFinish();
    StageResult merged =
        StagedJson.decode(Files.readAllBytes(Path.of(uri)))
            .withRemoved(before.spread().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    List<DataFile> earlier = versions;
    versions = changed(versions, merged);
    assertThat(
        "no version is lost",
        versions.stream().mapToLong(DataFile::rows).sum(),
        is((long) all.size()));

    KeyRanges ranges = KeyRanges.of(PLAN.key(), versions);
    assertThat("they lie by the dimension's key", ranges.spread(), hasSize(0));
    List<DataFile> different = new ArrayList<>(merged.files());
    earlier.stream().filter(file -> !versions.contains(file)).forEach(different::add);
    Set<Integer> touched =
        dimension.isEmpty()
            ? IntStream.range(0, ranges.count()).boxed().collect(Collectors.toSet())
            : ranges.touched(different, dimension);
    String result = folder + "/dimension-" + number + ".json";
    TestPipeline make = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<String> made =
        make.apply(
            StageDimension.of(
                new StageDimension.Settings(
                    PLAN,
                    folder.resolve("versions").toString(),
                    ranges,
                    touched,
                    target("dimension", DIMENSION, number),
                    result)));
    PAssert.that(made).containsInAnyOrder(result);
    make.run().waitUntilFinish();
    Set<DataFile> replaced = new HashSet<>(ranges.holding(touched, dimension));
    List<DataFile> now =
        new ArrayList<>(StagedJson.decode(Files.readAllBytes(Path.of(result))).files());
    dimension.stream().filter(file -> !replaced.contains(file)).forEach(now::add);
    dimension = now;
    return touched.size();
  }

  /** The dimension's rows: of each key the times at which its name changed. */
  private List<String> expected() {
    TreeMap<Long, TreeMap<Long, Version>> byKey = new TreeMap<>();
    for (Version version : all) {
      byKey
          .computeIfAbsent(version.id(), id -> new TreeMap<>())
          .merge(
              version.since(),
              version,
              // At one time a row wins over a delete, and of rows the greater.
              (a, b) ->
                  a.name() == null
                      ? b
                      : b.name() == null || a.name().compareTo(b.name()) > 0 ? a : b);
    }
    Set<String> rows = new TreeSet<>();
    byKey.forEach(
        (id, versions) -> {
          Version open = null;
          for (Version version : versions.values()) {
            if (open != null && !open.name().equals(version.name())) {
              rows.add(text(id, open.name(), open.since(), version.since(), false));
              open = null;
            }
            if (open == null && version.name() != null) {
              open = version;
            }
          }
          if (open != null) {
            rows.add(text(id, open.name(), open.since(), null, true));
          }
        });
    return new ArrayList<>(rows);
  }

  private static String text(Object id, Object name, Object from, Object to, Object current) {
    return id + " " + name + " " + from + " " + to + " " + current;
  }

  private void requireExpected() {
    requireRows(DimensionByKeyTest::text, expected());
  }

  /** Rows of the dimension as texts, sorted. */
  private void requireRows(SerializableFunction<GenericRecord, String> text, List<String> rows) {
    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    List<String> paths =
        dimension.stream()
            .map(file -> folder.resolve("dimension").resolve(file.path()).toString())
            .toList();
    PCollection<String> read =
        reading
            .apply(Create.of(paths))
            .apply(FileIO.matchAll())
            .apply(FileIO.readMatches())
            .apply(ParquetIO.parseFilesGenericRecords(text).withCoder(StringUtf8Coder.of()));
    PAssert.that(read)
        .satisfies(
            found -> {
              List<String> sorted = new ArrayList<>();
              found.forEach(sorted::add);
              sorted.sort(null);
              assertThat(sorted, equalTo(rows));
              return null;
            });
    reading.run().waitUntilFinish();
  }

  private static String text(GenericRecord row) {
    return text(
        row.get("id"),
        row.get("name"),
        row.get("valid_from"),
        row.get("valid_to"),
        row.get("is_current"));
  }

  private static List<Version> versions(Random random, int count, int keys) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Version(
                    random.nextInt(keys),
                    random.nextInt(8) == 0 ? null : "n" + random.nextInt(3),
                    random.nextInt(1000)))
        .toList();
  }

  @Test
  void onlyTheRangesOfTouchedKeysAreMadeAgain() throws Exception {
    Random random = new Random(4);
    int whole = cycle(1, versions(random, KEYS, KEYS));
    assertThat(whole, is(2));
    requireExpected();

    assertThat(cycle(2, versions(random, 1, KEYS)), is(1));
    assertThat(cycle(3, versions(random, 2, KEYS)), is(lessThanOrEqualTo(2)));
    requireExpected();

    // It grows, and is divided further.
    cycle(4, versions(random, 2 * KEYS, KEYS));
    assertThat(KeyRanges.of(KEY, versions).count(), is(greaterThan(whole)));
    requireExpected();
    assertThat(cycle(5, versions(random, 1, KEYS)), is(1));
    requireExpected();
  }

  @Test
  void filesThatDoNotTellTheirKeysAreTakenUp() throws Exception {
    Random random = new Random(5);
    // As an earlier version of the program, or a compaction by another engine, leaves them.
    versions = incoming(1, versions(random, KEYS, KEYS));
    cycle(2, versions(random, 10, KEYS));
    requireExpected();
    assertThat(cycle(3, versions(random, 1, KEYS)), is(1));
    requireExpected();
  }

  private static final RecordSchema LATEST =
      RecordSchema.of(
          Field.required("key", FieldType.LONG),
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING));
  private static final DimensionPlan LATEST_PLAN =
      DimensionPlan.of(
          ROWS,
          new DimensionPlan.Names(
              List.of("id"), List.of("name"), List.of(), null, "since", null, Chronology.TIME),
          LATEST);
  private static final RowKey LATEST_KEY = RowKey.of(RowLayout.of(LATEST), new int[] {1}, -1);

  private List<DataFile> silver(int cycle, Map<Long, String> rows) throws IOException {
    RowLayout layout = RowLayout.of(ROWS);
    try (StagedFiles files = new StagedFiles(target("silver", ROWS, cycle))) {
      RowBuilder builder = new RowBuilder(256);
      for (Map.Entry<Long, String> each : rows.entrySet()) {
        builder.truncate(0);
        int row = builder.beginRow(layout);
        builder.setLong(layout, row, 0, each.getKey());
        builder.setString(layout, row, 1, each.getValue());
        builder.setLong(layout, row, 2, cycle);
        files.write(builder.bytes(), row, null, 0);
      }
      return files.finish();
    }
  }

  /** Returns how many files of the dimension were replaced. */
  private long update(int cycle, List<DataFile> gone, List<DataFile> come) throws IOException {
    String uri = folder + "/latest-" + cycle + ".json";
    long rows = come.stream().mapToLong(DataFile::rows).sum();
    KeyRanges ranges = KeyRanges.of(LATEST_KEY, dimension, dimension.isEmpty() ? rows : 0);
    TestPipeline run = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<String> made =
        run.apply(
            UpdateDimension.of(
                new UpdateDimension.Settings(
                    LATEST_PLAN,
                    LATEST_KEY,
                    ranges,
                    folder.resolve("silver").toString(),
                    gone,
                    come,
                    target("dimension", LATEST, cycle),
                    uri)));
    PAssert.that(made).containsInAnyOrder(uri);
    run.run().waitUntilFinish();
    StageResult result = StagedJson.decode(Files.readAllBytes(Path.of(uri)));
    long before = dimension.size();
    dimension = changed(dimension, result);
    return before - dimension.stream().filter(file -> !result.files().contains(file)).count();
  }

  private void requireLatest(Map<Long, String> expected) {
    requireRows(
        row -> row.get("id") + " " + row.get("name"),
        expected.entrySet().stream()
            .map(row -> row.getKey() + " " + row.getValue())
            .sorted()
            .toList());
  }

  @Test
  void withoutHistoryOnlyTheRangesOfRowsThatDifferAreWritten() throws Exception {
    Map<Long, String> rows = new TreeMap<>();
    for (long id = 0; id < 20_000; id++) {
      rows.put(id, "n" + id % 3);
    }
    List<DataFile> first = silver(1, rows);
    update(1, List.of(), first);
    assertThat(dimension, hasSize(2));
    requireLatest(rows);

    // The file of silver is written again: one row is another, one is gone.
    rows.put(17L, "changed");
    rows.remove(18L);
    List<DataFile> second = silver(2, rows);
    assertThat(update(2, first, second), is(lessThanOrEqualTo(2L)));
    requireLatest(rows);

    List<DataFile> third = silver(3, rows);
    assertThat("nothing differs", update(3, second, third), is(0L));
    requireLatest(rows);
  }
}
