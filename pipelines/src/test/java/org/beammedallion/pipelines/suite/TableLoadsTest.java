package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.suite.WatchedStorage.Kind;
import org.beammedallion.pipelines.suite.WatchedStorage.Request;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cycle reads the log of a table once, however many steps look at the table. */
class TableLoadsTest {

  private static final int CYCLES = 4;

  @TempDir Path folder;

  /**
   * A load is a listing, which is repeated to see whether it holds still, and one read of each
   * entry.
   */
  private static final int LISTS = 2;

  /**
   * 300 commits of one file each, as 300 cycles make them, each by a process of its own. Rows are
   * not read here: their files grow in number with the data.
   */
  @ParameterizedTest
  @CsvSource({"delta, 42", "iceberg, 95"})
  void aCommitAsksStorageAsOftenAfterMany(String format, int most) throws Exception {
    RecordSchema schema = RecordSchema.of(Field.required("id", FieldType.LONG));
    TableDefinition definition =
        TableDefinition.ofFolder(
            "counted:" + folder.resolve("orders"), new TableLayout(schema, List.of(), true));
    List<Map<String, Integer>> requests = new ArrayList<>();
    CountedStorage.requests();
    for (int hundred = 0; hundred < 3; hundred++) {
      for (int cycle = hundred * 100 + 1; cycle <= (hundred + 1) * 100; cycle++) {
        Table table = TableFormat.named(format).table(definition);
        table.snapshot();
        table.lastCycle("orders/silver");
        DataFile file = oneRow(table, schema, "file-" + cycle);
        table.commit(CommitRequest.append(List.of(file), "orders/silver", cycle));
        assertThat(table.snapshot().orElseThrow().files().size(), is(cycle));
        if (cycle % 50 == 0) {
          // As after each cycle: nothing is old enough yet.
          table.maintenance().expire(Instant.now().minus(Duration.ofDays(7)), 1);
        }
      }
      Map<String, Integer> sum = new TreeMap<>();
      CountedStorage.requests().forEach(request -> sum.merge(kindOf(request), 1, Integer::sum));
      requests.add(sum);
    }
    System.out.println(format + ": requests of each hundred commits:");
    requests.forEach(System.out::println);
    assertThat((double) total(requests.get(2)) / total(requests.get(1)), is(closeTo(1, 0.02)));
    assertThat("of a commit", total(requests.get(2)) / 100, is(lessThan(most)));
  }

  private static DataFile oneRow(Table table, RecordSchema schema, String name) throws IOException {
    FileRules rules = table.fileRules();
    RowLayout rows = RowLayout.of(schema);
    Partitioner partitioner = Partitioner.of(List.of(), rows, rules.emptyText());
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(rows);
    builder.setLong(rows, row, 0, 1);
    RowParquetWriter writer =
        RowParquetWriter.create(
            table.uri(),
            rules.path(name + ".parquet"),
            partitioner.partition(partitioner.numberOf(builder.bytes(), row)),
            rows,
            RowParquetWriter.Options.DEFAULT.withProvenance().withFieldIds(rules.fieldIds()));
    writer.write(builder.bytes(), row, writer.sourceNumber("file:/in"), 0);
    return writer.finish();
  }

  private static int total(Map<String, Integer> requests) {
    return requests.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What is asked for, without numbers and identifiers. */
  private static String kindOf(Request request) {
    String path = request.uri().replaceFirst(".*/orders", "");
    return request.kind() + " " + path.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}|\\d+", "#");
  }

  /** What a cycle asks storage for that reads one record. */
  private List<Request> cycle(Shop shop, int cycle) throws Exception {
    shop.data(
        "more" + cycle,
        """
        {"id":"%d","at":"2026-11-01T08:00:00Z","version":1,"price":1.50,"quantity":2}
        """
            .formatted(cycle));
    CountedStorage.requests();
    new CycleDriver(
            PipelineDefinition.load(shop.pipeline(), null),
            LakeLayout.of("counted:" + folder.resolve("lake")),
            Runner.DIRECT.options(),
            Clock.fixed(Lake.NOW, ZoneOffset.UTC),
            CycleListener.NONE)
        .run();
    return CountedStorage.requests();
  }

  @ParameterizedTest
  @CsvSource({
    "delta, .*/_delta_log/\\d+[.]json, 1",
    "iceberg, .*/metadata/v\\d+[.]metadata[.]json, 1"
  })
  void aCycleLoadsATableOnce(String format, String entries, int mostReads) throws Exception {
    Shop shop = Shop.open(folder.resolve("shop"), format);
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
      Map<String, Integer> lists = new TreeMap<>();
      Map<String, Integer> reads = new TreeMap<>();
      for (Request request : cycle(shop, cycle)) {
        if (request.kind() == Kind.LIST && request.uri().matches(".*/(_delta_log|metadata)")) {
          lists.merge(request.uri(), 1, Integer::sum);
        } else if (request.kind() == Kind.READ && request.uri().matches(entries)) {
          reads.merge(request.uri(), 1, Integer::sum);
        }
      }
      if (cycle > 1) {
        assertThat("cycle " + cycle, lists.values(), everyItem(is(lessThanOrEqualTo(LISTS))));
        assertThat("cycle " + cycle, reads.values(), everyItem(is(lessThanOrEqualTo(mostReads))));
        assertThat("tables whose log was read", reads, is(aMapWithSize(greaterThan(1))));
      }
    }
  }
}
