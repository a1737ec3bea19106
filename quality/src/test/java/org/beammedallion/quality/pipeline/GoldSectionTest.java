package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.quality.ProjectFiles;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dimensions and facts in a pipeline file. */
class GoldSectionTest {

  private static final String PIPELINE =
      """
      pipeline: customers
      contract: customers.odcs.yaml
      source: {server: local}
      silver: {write: upsert, latestBy: changed_at}
      gold:
      - {table: dim_customer, kind: dimension, %s}
      """;

  private static final Path EXAMPLE = ProjectFiles.ordersPipeline().getParent();

  @TempDir Path folder;

  @BeforeEach
  void copyContracts() throws IOException {
    for (String contract : List.of("customers.odcs.yaml", "orders.odcs.yaml")) {
      Files.copy(EXAMPLE.resolve(contract), folder.resolve(contract));
    }
  }

  private PipelineDefinition load(String text) throws IOException {
    return PipelineDefinition.load(Files.writeString(folder.resolve("p.yaml"), text), null);
  }

  private String refusal(String text) {
    return Assertions.assertThrows(ConfigurationException.class, () -> load(text)).getMessage();
  }

  @Test
  void hasWhatTheExampleSays() {
    PipelineDefinition customers =
        PipelineDefinition.load(EXAMPLE.resolve("customers.pipeline.yaml"), null);
    DimensionSpec dimension = customers.gold().dimensions().get(0);
    assertThat(
        dimension.schema().names(),
        equalTo(
            List.of(
                "customer_key",
                "customer_id",
                "name",
                "email",
                "segment",
                "country",
                "valid_from",
                "valid_to",
                "is_current")));
    assertThat(dimension.tracked(), equalTo(List.of("segment", "country")));
    assertThat(customers.keepsVersions(), is(true));
    PipelineDefinition orders = PipelineDefinition.load(ProjectFiles.ordersPipeline(), null);
    assertThat(
        orders.gold().facts().get(0).dimensions(),
        equalTo(List.of(new DimensionTable(dimension, TableKind.DELTA, 0))));
    assertThat(orders.keepsVersions(), is(false));
  }

  @Test
  void takesWhatIsNotSaidFromSilverAndTheContract() throws IOException {
    DimensionSpec dimension = load(String.format(PIPELINE, "type: 2")).gold().dimensions().get(0);
    assertThat(dimension.key(), equalTo(List.of("customer_id")));
    assertThat(dimension.columns(), equalTo(List.of("name", "email", "segment", "country")));
    assertThat(dimension.tracked(), equalTo(dimension.columns()));
    assertThat(dimension.validFrom(), is("changed_at"));
    DimensionSpec latest = load(String.format(PIPELINE, "type: 1")).gold().dimensions().get(0);
    assertThat(latest.keepsHistory(), is(false));
    assertThat(latest.columns().contains("changed_at"), is(true));
    assertThat(latest.schema().indexOf("valid_from"), is(-1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "columns: [name] | p.yaml:6:3: a dimension needs 'type'",
        "type: 3 | p.yaml:6:48: 'type' must be one of [1, 2]",
        "type: 2, trak: [name] | p.yaml:6:51: unknown key 'trak' in a dimension; did you mean 'track'?",
        "type: 2, sql: x | p.yaml:6:51: unknown key 'sql' in a dimension",
        "type: 2, key: custmer_id | did you mean 'customer_id'?",
        "type: 2, key: name | make it 'required: true' in the contract",
        "type: 2, columns: [sgement] | p.yaml:6:61: 'customers' has no property 'sgement'; did you mean 'segment'?",
        "type: 2, columns: [name, name] | named twice",
        "type: 2, columns: [customer_id] | is the dimension's key",
        "type: 2, columns: [changed_at] | becomes 'valid_from'",
        "type: 2, columns: [name], track: [country] | add it to 'columns'",
        "type: 2, validFrom: name | must be a timestamp",
        "type: 2, surrogateKey: name | set another 'surrogateKey'",
        "type: 2, surrogateKey: 1a | cannot be a column's name",
        "type: 1, track: [name] | overwrites every column",
        "type: 1, validFrom: changed_at | keeps no history",
      })
  void saysWhatIsWrongWithADimension(String keys, String reason) {
    assertThat(refusal(String.format(PIPELINE, keys)), containsString(reason));
  }

  @Test
  void refusesHistoryOfWhatIsOverwritten() {
    String text = String.format(PIPELINE, "type: 2").replace("upsert", "overwrite");
    assertThat(refusal(text), containsString("replaces rows without keeping the old ones"));
    assertThat(
        refusal(text.replace(", latestBy: changed_at", "")),
        containsString("a dimension of type 2 needs 'validFrom'"));
  }

  @Test
  void saysWhatIsWrongWithTheDimensionsOfAFact() throws IOException {
    String orders =
        """
        pipeline: orders
        contract: orders.odcs.yaml
        source: {server: local}
        silver: {write: upsert, latestBy: updated_at, eventTime: ordered_at}
        gold:
        - {table: fact_orders, kind: fact, sql: x, dimensions: [other.yaml]}
        """;
    assertThat(refusal(orders), containsString("p.yaml:6:57: there is no pipeline file"));
    Files.writeString(
        folder.resolve("other.yaml"), String.format(PIPELINE, "type: 2, columns: [nam]"));
    assertThat(
        refusal(orders),
        containsString("other.yaml:6:61: 'customers' has no property 'nam'; did you mean 'name'?"));
    assertThat(
        refusal(orders.replace(", eventTime: ordered_at", "").replace("[other.yaml]", "[]")),
        containsString("silver needs 'eventTime'"));
  }
}
