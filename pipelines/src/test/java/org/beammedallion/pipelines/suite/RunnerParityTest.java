package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.dialects.Dialect;
import org.beammedallion.fixtures.dialects.ExpectedTable;
import org.beammedallion.fixtures.nested.NestedDataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.fixtures.tpch.TpchDataSet;
import org.beammedallion.fixtures.tpch.TpchFormat;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.RejectExample;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same input on every runner gives the same tables, row for row, as Spark SQL reads them. */
class RunnerParityTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** What is run over. */
  enum Input {
    ORDERS {
      @Override
      DataSet write(Path folder) throws IOException {
        return OrdersGenerator.write(OrdersSpec.of(4_000).withFiles(3), folder);
      }
    },
    TPCH_ORDERS {
      @Override
      DataSet write(Path folder) throws IOException {
        return TpchDataSet.ORDERS.write(folder, 0.001, TpchFormat.JSON);
      }
    },
    TPCH_LINEITEM {
      @Override
      DataSet write(Path folder) throws IOException {
        return TpchDataSet.LINEITEM.write(folder, 0.001, TpchFormat.CSV);
      }
    },
    NESTED {
      @Override
      DataSet write(Path folder) throws IOException {
        return NestedDataSet.write(folder, 500, 7);
      }
    };

    abstract DataSet write(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void everyRunnerGivesTheSameTables(Input input) throws Exception {
    assertSameTables(input.write(folder.resolve("input")));
  }

  /** CSV and JSON by options, compared with rows that are written by hand. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void everyRunnerReadsADialect(Dialect dialect) throws Exception {
    assertSameTables(dialect.write(folder.resolve("input")));
    for (Runner runner : Runner.values()) {
      for (ExpectedTable table : dialect.tables()) {
        String name = lakeOf(runner).table(table.layer(), table.name());
        assertThat(
            runner + "'s " + table.name(),
            SparkTables.rows(table.query(name)),
            equalTo(table.rows()));
      }
    }
  }

  private Lake lakeOf(Runner runner) {
    return new Lake(folder.resolve(runner.name()));
  }

  private void assertSameTables(DataSet data) throws Exception {
    PipelineDefinition definition = PipelineDefinition.load(data.pipeline(), null);
    List<String> silver = null;
    List<String> gold = null;
    for (Runner runner : Runner.values()) {
      Lake lake = lakeOf(runner);
      Ledger ledger = lake.cycle(data.pipeline(), runner);
      assertThat(runner + " reads", ledger.read(), is(data.expected().read()));
      assertThat(runner + " publishes", ledger.published(), is(data.expected().silver()));
      assertThat(runner + " finds duplicates", ledger.duplicate(), is(data.expected().duplicate()));
      assertThat(
          runner + " rejects",
          lake.quarantine(definition.name()),
          equalTo(new TreeMap<>(data.expected().rejected())));
      List<String> silverRows = lake.rows("silver", definition.silver().table());
      assertThat(runner + " has rows", (long) silverRows.size(), is(data.expected().silver()));
      List<String> goldRows =
          definition.gold().aggregates().stream()
              .flatMap(table -> lake.rows("gold", table.table()).stream())
              .toList();
      assertThat(goldRows, is(not(empty())));
      assertThat(
          runner + "'s examples",
          ledger.records().examples(),
          equalTo(firstLetters(lake.folder().resolve("quarantine"))));
      if (runner == Runner.FLINK) {
        lake.assertSparkReads("silver", definition.silver().table());
      }
      if (silver == null) {
        silver = silverRows;
        gold = goldRows;
      } else {
        assertThat(runner + "'s silver", silverRows, equalTo(silver));
        assertThat(runner + "'s gold", goldRows, equalTo(gold));
      }
    }
  }

  /** The least letter of each reason by source and position, as the files hold them. */
  private static Map<Reason, RejectExample> firstLetters(Path quarantine) throws IOException {
    Map<Reason, RejectExample> first = new TreeMap<>();
    if (!Files.exists(quarantine)) {
      return first;
    }
    List<JsonNode> letters = new ArrayList<>();
    try (Stream<Path> files = Files.walk(quarantine)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (String line : Files.readAllLines(file)) {
          letters.add(JSON.readTree(line));
        }
      }
    }
    letters.sort(
        Comparator.comparing((JsonNode letter) -> letter.get("source").textValue())
            .thenComparing(letter -> letter.get("position").longValue()));
    for (JsonNode letter : letters) {
      first.putIfAbsent(
          Reason.valueOf(letter.get("reason").textValue()),
          new RejectExample(
              letter.get("detail").textValue(),
              letter.get("source").textValue(),
              letter.get("position").longValue()));
    }
    return first;
  }
}
