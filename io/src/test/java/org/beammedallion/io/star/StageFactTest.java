package org.beammedallion.io.star;

import static org.beammedallion.io.star.StarTables.HOUR;
import static org.beammedallion.io.star.StarTables.at;
import static org.beammedallion.io.star.StarTables.customer;
import static org.beammedallion.io.star.StarTables.order;
import static org.beammedallion.io.star.StarTables.plan;
import static org.beammedallion.io.star.StarTables.product;
import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.star.StageFact.DimensionFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.transforms.star.FactPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which row of each dimension a fact refers to, and which facts are computed, kept or left out. */
class StageFactTest {

  private static final String COLUMNS =
      "o.id, c.customer_key, c.segment, p.product_key, p.name, o.happened";

  @TempDir Path folder;

  private StarTables tables;

  @BeforeEach
  void setUp() {
    tables = new StarTables(folder);
  }

  private String resultUri() {
    return folder.resolve("result.json").toString();
  }

  private TableFiles facts(FactPlan plan) {
    return TableFiles.in(folder.resolve("facts"), plan.output());
  }

  private StageResult stage(
      FactPlan plan,
      TouchedPanes touched,
      List<DataFile> silver,
      DimensionFiles customers,
      DimensionFiles products,
      List<DataFile> facts)
      throws IOException {
    return TableFiles.run(
        StageFact.of(
            new StageFact.Settings(
                plan,
                touched,
                HOUR,
                tables.silver().folder(),
                silver,
                List.of(customers, products),
                facts,
                3,
                facts(plan).target(),
                resultUri())),
        resultUri());
  }

  private StageResult stageAll(
      FactPlan plan, List<DataFile> silver, DimensionFiles customers, DimensionFiles products)
      throws IOException {
    return stage(plan, TouchedPanes.ALL, silver, customers, products, List.of());
  }

  /** The other columns go through Beam SQL, though they say the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"c.segment | p.name", "LOWER(c.segment) | LOWER(p.name)"})
  void refersToWhatHeldAtTheTimeOfTheRow(String segment, String name) throws IOException {
    FactPlan plan =
        plan(
            "o.id, c.customer_key, "
                + segment
                + " AS segment, p.product_key, "
                + name
                + " AS name, o.happened",
            "");
    List<DataFile> silver =
        tables
            .silver()
            .write(
                order(1, "ann", 7L, "09:59:59.999999"),
                order(2, "ann", 7L, "10:00:00"),
                order(3, "ann", 7L, "11:59:59.999999"),
                order(4, "ann", 8L, "12:00:00"),
                order(5, "bob", 9L, "12:00:00"),
                order(6, "bob", null, "18:00:00"),
                order(7, null, 7L, "18:00:00"));
    DimensionFiles customers =
        tables.customers(
            customer(101, "ann", "small", "10:00:00", "12:00:00"),
            customer(102, "ann", "large", "12:00:00", null),
            customer(103, "bob", "small", "11:00:00", "18:00:00"));
    DimensionFiles products =
        tables.products(product(201, 7, "tea"), product(202, 8, null), product(203, 0, "none"));

    StageResult result = stageAll(plan, silver, customers, products);

    facts(plan)
        .requireRows(
            result.files(),
            "1 null null 201 tea " + at("09:59:59.999999"),
            "2 101 small 201 tea " + at("10:00:00"),
            "3 101 small 201 tea " + at("11:59:59.999999"),
            "4 102 large 202 null " + at("12:00:00"),
            "5 103 small null null " + at("12:00:00"),
            "6 null null null null " + at("18:00:00"),
            "7 null null 201 tea " + at("18:00:00"));
    assertThat(result.published(), is(7L));
  }

  @Test
  void computesTouchedPanesAndKeepsTheFactsOfOthers() throws IOException {
    FactPlan plan = plan(COLUMNS, "");
    List<DataFile> silver =
        tables
            .silver()
            .write(
                order(1, "ann", 7L, "09:59:59.999999"),
                order(2, "ann", 7L, "10:00:00"),
                order(3, "ann", 7L, "10:59:59.999999"),
                order(4, "ann", 7L, "11:00:00"));
    List<DataFile> facts =
        facts(plan)
            .write(
                row(1L, 9L, "old", 9L, "old", at("09:59:59.999999")),
                row(2L, 9L, "old", 9L, "old", at("10:00:00")),
                row(5L, 9L, "gone", 9L, "gone", at("10:30:00")),
                row(4L, 9L, "old", 9L, "old", at("11:00:00")));

    StageResult result =
        stage(
            plan,
            TouchedPanes.between(at("10:00:00"), at("10:00:00"), HOUR),
            silver,
            tables.customers(customer(101, "ann", "small", "08:00:00", null)),
            tables.products(product(201, 7, "tea")),
            facts);

    facts(plan)
        .requireRows(
            result.files(),
            "1 9 old 9 old " + at("09:59:59.999999"),
            "2 101 small 201 tea " + at("10:00:00"),
            "3 101 small 201 tea " + at("10:59:59.999999"),
            "4 9 old 9 old " + at("11:00:00"));
    assertThat("facts that were computed", result.published(), is(2L));
  }

  /** On a column of silver, on one of a dimension, and with what only Beam SQL knows. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "o.id < 3 | 1 2",
        "p.product_key IS NOT NULL | 1 3",
        "c.segment = 'small' AND o.id > 1 | 2 3",
        "CHAR_LENGTH(p.name) = 3 | 1",
        "CHAR_LENGTH(c.segment) = 5 AND p.product_key > 201 | 3",
        "o.id > 3 | ''"
      })
  void leavesOutWhatTheConditionRefuses(String condition, String ids) throws IOException {
    FactPlan plan = plan(COLUMNS, " WHERE " + condition);
    List<DataFile> silver =
        tables
            .silver()
            .write(
                order(1, "ann", 7L, "10:00:00"),
                order(2, "ann", null, "10:00:00"),
                order(3, "ann", 8L, "10:00:00"));

    StageResult result =
        stageAll(
            plan,
            silver,
            tables.customers(customer(101, "ann", "small", "08:00:00", null)),
            tables.products(product(201, 7, "tea"), product(202, 8, "coffee")));

    List<String> names = List.of("tea", "null", "coffee");
    List<String> keys = List.of("201", "null", "202");
    facts(plan)
        .requireRows(
            result.files(),
            ids.lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .filter(id -> !id.isEmpty())
                .map(Integer::valueOf)
                .map(
                    id ->
                        "%d 101 small %s %s %d"
                            .formatted(id, keys.get(id - 1), names.get(id - 1), at("10:00:00")))
                .toArray(String[]::new));
  }

  @Test
  void aFactWhoseDimensionsAreEmptyStaysWithNull() throws IOException {
    FactPlan plan = plan(COLUMNS, "");
    List<DataFile> silver = tables.silver().write(order(1, "ann", 7L, "10:00:00"));

    StageResult result = stageAll(plan, silver, tables.customers(), tables.products());

    facts(plan).requireRows(result.files(), "1 null null null null " + at("10:00:00"));
  }

  @Test
  void aRowThatHappenedAtNoTimeIsNoFact() throws IOException {
    FactPlan plan = plan(COLUMNS, "");
    List<DataFile> silver =
        tables.silver().write(row(1L, "ann", 7L, null), order(2, "ann", 7L, "10:00:00"));

    StageResult result = stageAll(plan, silver, tables.customers(), tables.products());

    facts(plan).requireRows(result.files(), "2 null null null null " + at("10:00:00"));
  }

  @Test
  void writesNoFileWithoutRows() throws IOException {
    StageResult result =
        stageAll(
            plan(COLUMNS, ""),
            List.of(),
            tables.customers(customer(101, "ann", "small", "08:00:00", null)),
            tables.products(product(201, 7, "tea")));

    assertThat(result.files(), is(empty()));
    assertThat(result.published(), is(0L));
  }

  @Test
  void failsAndSaysOfWhichRowAFactCannotBeComputed() throws IOException {
    FactPlan plan =
        plan(
            "o.id, c.customer_key, p.product_key, CAST(p.name AS BIGINT) AS number, o.happened",
            "");
    List<DataFile> silver = tables.silver().write(order(1, "ann", 7L, "10:00:00"));
    DimensionFiles customers = tables.customers();
    DimensionFiles products = tables.products(product(201, 7, "tea"));

    RuntimeException failed =
        assertThrows(RuntimeException.class, () -> stageAll(plan, silver, customers, products));

    assertThat(failed.getMessage(), containsString("the row of 2026-03-01T10:00:00Z"));
    assertThat(failed.getMessage(), containsString("'tea' is not a whole number"));
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "249999,1", "250000,2", "4000000000,4096"})
  void takesABucketForEachQuarterOfAMillionRows(long rows, int buckets) {
    DataFile file = new DataFile("f.parquet", Map.of(), rows, 1, List.of());
    assertThat(StageFact.buckets(List.of(file)), is(buckets));
  }
}
