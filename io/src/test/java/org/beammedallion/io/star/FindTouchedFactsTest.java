package org.beammedallion.io.star;

import static org.beammedallion.io.star.StarTables.HOUR;
import static org.beammedallion.io.star.StarTables.at;
import static org.beammedallion.io.star.StarTables.customer;
import static org.beammedallion.io.star.StarTables.order;
import static org.beammedallion.io.star.StarTables.plan;
import static org.beammedallion.io.star.StarTables.product;
import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.beammedallion.io.star.StageFact.DimensionFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.transforms.star.FactPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hours of facts another version of a dimension changes. */
class FindTouchedFactsTest {

  private static final FactPlan PLAN =
      plan("o.id, c.customer_key, c.segment, p.product_key, o.happened", "");
  private static final int CUSTOMERS = 0;
  private static final int PRODUCTS = 1;

  @TempDir Path folder;

  private StarTables tables;

  @BeforeEach
  void setUp() {
    tables = new StarTables(folder);
  }

  private String resultUri() {
    return folder.resolve("result.json").toString();
  }

  private TouchedPanes find(
      int join, DimensionFiles earlier, DimensionFiles now, List<DataFile> silver)
      throws IOException {
    return find(join, earlier, now, silver, 3);
  }

  private TouchedPanes find(
      int join, DimensionFiles earlier, DimensionFiles now, List<DataFile> silver, int buckets)
      throws IOException {
    StageResult result =
        TableFiles.run(
            FindTouchedFacts.of(
                new FindTouchedFacts.Settings(
                    PLAN,
                    join,
                    earlier,
                    now,
                    tables.silver().folder(),
                    silver,
                    HOUR,
                    buckets,
                    resultUri())),
            resultUri());
    assertThat(
        "only panes are told",
        StagedJson.encode(result),
        is(StagedJson.encode(StageResult.NONE.withRemoved(List.of(), result.touched()))));
    return result.touched();
  }

  /** The hours of the day in which facts are touched. */
  private static List<Integer> hours(TouchedPanes touched) {
    return IntStream.range(0, 24)
        .filter(hour -> touched.contain(at("00:00:00") + hour * HOUR, HOUR))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void tellsTheStretchFromTheFirstDifferenceToTheLast(int buckets) throws IOException {
    TouchedPanes touched =
        find(
            CUSTOMERS,
            tables.customers(
                customer(101, "ann", "small", "08:00:00", "20:00:00"),
                customer(102, "bob", "small", "09:00:00", "18:00:00"),
                customer(103, "eve", "small", "01:00:00", "02:00:00")),
            tables.customers(
                customer(101, "ann", "small", "08:00:00", "10:30:00"),
                customer(104, "ann", "large", "10:30:00", "13:00:00"),
                customer(105, "ann", "small", "13:00:00", "20:00:00"),
                customer(102, "bob", "small", "09:00:00", "16:00:00"),
                customer(103, "eve", "small", "01:00:00", "02:00:00")),
            List.of(),
            buckets);
    // Ann differs from 10:30 to 20:00: at the end she has another key than before.
    assertThat(hours(touched), is(List.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 19)));
  }

  @Test
  void aVersionThatHoldsStillTouchesAllTimeFromItsStart() throws IOException {
    TouchedPanes touched =
        find(
            CUSTOMERS,
            tables.customers(),
            tables.customers(customer(101, "ann", "small", "21:00:00", null)),
            List.of());
    assertThat(hours(touched), is(List.of(21, 22, 23)));
    assertThat(touched.contain(at("21:00:00") + 24L * 365 * 100 * HOUR, HOUR), is(true));
  }

  @Test
  void aDimensionWithoutHistoryTouchesAllTime() throws IOException {
    TouchedPanes touched =
        find(
            PRODUCTS,
            tables.products(product(201, 7, "tea")),
            tables.products(product(202, 7, "tea")),
            List.of());
    assertThat(hours(touched), is(IntStream.range(0, 24).boxed().toList()));
    assertThat(touched.contain(at("00:00:00") - 24L * 365 * 100 * HOUR, HOUR), is(true));
  }

  @Test
  void touchesNothingWhereWhatFactsTakeIsTheSame() throws IOException {
    DimensionFiles earlier = tables.products(product(201, 7, "tea"), product(202, 8, null));
    DimensionFiles now = tables.products(product(202, 8, "named now"), product(201, 7, "other"));
    assertThat(find(PRODUCTS, earlier, now, List.of()).isEmpty(), is(true));
    List<DataFile> silver = tables.silver().write(order(1, "ann", 7L, "10:00:00"));
    assertThat(find(PRODUCTS, earlier, now, silver).isEmpty(), is(true));
  }

  @Test
  void touchesNothingWhereBothVersionsAreEmpty() throws IOException {
    assertThat(
        find(CUSTOMERS, tables.customers(), tables.customers(), List.of()).isEmpty(), is(true));
  }

  @Test
  void tellsThePanesOfTheRowsThatDiffer() throws IOException {
    List<DataFile> silver =
        tables
            .silver()
            .write(
                order(1, "ann", null, "09:59:59.999999"),
                order(2, "ann", null, "10:00:00"),
                order(3, "ann", null, "12:30:00"),
                order(4, "bob", null, "15:00:00"),
                order(5, "new", null, "17:00:00"),
                order(6, "gone", null, "19:00:00"),
                order(7, null, null, "21:00:00"),
                row(8L, "ann", null, null));
    TouchedPanes touched =
        find(
            CUSTOMERS,
            tables.customers(
                customer(101, "ann", "small", "08:00:00", null),
                customer(102, "bob", "small", "08:00:00", null),
                customer(103, "gone", "small", "08:00:00", null)),
            tables.customers(
                customer(101, "ann", "small", "08:00:00", "10:00:00"),
                customer(104, "ann", "large", "10:00:00", "12:00:00"),
                customer(101, "ann", "small", "12:00:00", null),
                customer(102, "bob", "small", "08:00:00", null),
                customer(105, "new", "small", "08:00:00", null)),
            silver);
    assertThat(hours(touched), is(List.of(10, 17, 19)));
  }

  @Test
  void leavesNoResultWhereAFileOfTheDimensionIsGone() throws IOException {
    DimensionFiles products = tables.products(product(201, 7, "tea"));
    Files.delete(Path.of(products.files().get(0).uri(products.folder())));

    assertThrows(
        PipelineExecutionException.class,
        () -> find(PRODUCTS, tables.products(), products, List.of()));
    assertThat(Files.exists(Path.of(resultUri())), is(false));
  }
}
