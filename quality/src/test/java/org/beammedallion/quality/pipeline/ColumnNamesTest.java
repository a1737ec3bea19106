package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.pipeline.ShopPipeline.CONTRACT;
import static org.beammedallion.quality.pipeline.ShopPipeline.define;
import static org.beammedallion.quality.pipeline.ShopPipeline.silver;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that silver's tables have columns of their own for. */
class ColumnNamesTest {

  private static String refusal(String pipeline, String property) {
    String contract = CONTRACT + "  - {name: " + property + ", logicalType: string}\n";
    return assertThrows(ConfigurationException.class, () -> define(pipeline, contract))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "_source, ''",
    "_Position, ''",
    "_pos, 'format: iceberg'",
    "_file, 'format: iceberg'"
  })
  void refusesNamesOfSilversOwnColumns(String name, String keys) {
    assertThat(
        refusal(silver(keys), name),
        containsString(
            "c.yaml:17:5: '" + name + "' is the name of a column that tables add themselves"));
    assertThat(
        refusal(silver(keys), name),
        containsString(
            "; give it another name, such as '"
                + name.substring(1)
                + "', and put this one into 'physicalName: "
                + name
                + "'."));
  }

  @Test
  void takesThemAsPhysicalNames() {
    String contract = CONTRACT + "  - {name: source, physicalName: _source, logicalType: string}\n";
    assertThat(define(silver(""), contract).schema().names(), hasItem("source"));
    assertThat(
        define(silver(""), CONTRACT + "  - {name: _pos, logicalType: string}\n").schema().names(),
        hasItem("_pos"));
  }

  @Test
  void refusesNamesOfPartitionColumnsWhateverTheCase() {
    assertThat(
        refusal(silver("partitionBy: day(at)"), "At_Day"),
        containsString(
            "p.yaml:6:16: partitioning by day(at) makes a column 'at_day', but the contract has a"
                + " property of that name"));
  }

  @Test
  void takesADateForTheEventTimeOfAggregates() {
    String yaml =
        silver("eventTime: day\npartitionBy: day")
            + "gold:\n"
            + "- {table: g, window: {type: tumbling, size: 1d}, sql: SELECT COUNT(*) AS n FROM"
            + " orders}\n";
    String contract =
        CONTRACT.replace("day, logicalType: date", "day, logicalType: date, required: true");
    assertThat(
        define(yaml, contract).silver().partitionBy().stream().map(String::valueOf).toList(),
        contains("day"));
  }

  @Test
  void refusesADateForTheTimeFromWhichAVersionHolds() {
    String yaml =
        silver("eventTime: day") + "gold:\n- {table: dim_order, kind: dimension, type: 2}\n";
    assertThat(
        assertThrows(ConfigurationException.class, () -> define(yaml, CONTRACT)).getMessage(),
        containsString("silver has neither a 'latestBy' nor an 'eventTime' that is a timestamp"));
  }
}
