package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.pipeline.ShopPipeline.CONTRACT;
import static org.beammedallion.quality.pipeline.ShopPipeline.FOLDER;
import static org.beammedallion.quality.pipeline.ShopPipeline.define;
import static org.beammedallion.quality.pipeline.ShopPipeline.files;
import static org.beammedallion.quality.pipeline.ShopPipeline.refusal;
import static org.beammedallion.quality.pipeline.ShopPipeline.silver;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.pipeline.SourceSpec.Compression;
import org.beammedallion.quality.pipeline.SourceSpec.CsvSpec;
import org.beammedallion.quality.pipeline.SourceSpec.Encoding;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.pipeline.SourceSpec.JsonSpec;
import org.beammedallion.quality.pipeline.SourceSpec.JsonSpec.Layout;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.PartitionField.Transform;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFileTest {

  @Test
  void fillsInWhatIsNotSaid() {
    PipelineDefinition definition = define(silver(""));
    assertThat(
        definition.source(),
        equalTo(
            new SourceSpec(
                "files",
                "local",
                new SourceSpec.Files(
                    "/pipelines/sub/in/*.csv", SourceSpec.Order.ANY, SourceSpec.Changed.WARN),
                Format.CSV,
                new SourceSpec.TextSpec(
                    Encoding.UTF_8, Compression.AUTO, 16 << 20, CsvSpec.DEFAULT, JsonSpec.DEFAULT),
                SourceSpec.ValueSpec.DEFAULT,
                null)));
    assertThat(
        definition.silver(),
        equalTo(
            new SilverSpec(
                "orders",
                WriteMode.APPEND,
                UpsertMode.COPY_ON_WRITE,
                TableKind.DELTA,
                0,
                SilverSpec.NONE,
                SilverSpec.NONE,
                List.of(
                    new PartitionField("country", Transform.IDENTITY),
                    new PartitionField("at", Transform.DAY)),
                Duration.ofHours(24),
                256_000_000,
                Duration.ofDays(7))));
    assertThat(definition.own().transform() == null, is(true));
    assertThat(definition.gold().aggregates().isEmpty(), is(true));
    assertThat(definition.keyFieldIndexes(), is(new int[] {0}));
  }

  @Test
  void takesWhatIsSaid() {
    PipelineDefinition definition =
        define(
            """
            pipeline: p
            contract: c.yaml
            source:
              server: files
              table: orders
              maxRecordBytes: 1MiB
              compression: zstd
              order: name
              csv: {delimiter: ';', quote: "'", header: false, nullValue: 'NULL'}
            transform:
              class: com.example.Enrich
              options: {limit: 5, mode: fast}
            silver:
              table: shop_orders
              write: overwrite
              latestBy: at
              eventTime: at
              partitionBy: [month(at), country, year(day)]
              format: iceberg
              formatVersion: 3
              lateness: 1h30m
              targetFileSize: 1GiB
            gold:
            - {table: a, window: {type: sliding, size: 1h, period: PT15M}, sql: SELECT 1}
            - {table: b, window: {type: session, gap: 30s}, sql: SELECT 2}
            """);
    assertThat(
        definition.source().text().csv(),
        is(
            new CsvSpec(
                ';',
                '\'',
                false,
                false,
                (char) 0,
                new SourceSpec.CsvValues(
                    false, List.of("NULL"), List.of(), List.of(), '.', (char) 0))));
    assertThat(definition.source().text().compression(), is(Compression.ZSTD));
    assertThat(files(definition).order(), is(SourceSpec.Order.NAME));
    assertThat(definition.source().text().maxRecordBytes(), is(1 << 20));
    assertThat(
        definition.own().transform(),
        is(new UserClassSpec("com.example.Enrich", Map.of("limit", "5", "mode", "fast"))));
    assertThat(
        definition.silver(),
        equalTo(
            new SilverSpec(
                "shop_orders",
                WriteMode.OVERWRITE,
                UpsertMode.COPY_ON_WRITE,
                TableKind.ICEBERG,
                3,
                1,
                1,
                List.of(
                    new PartitionField("at", Transform.MONTH),
                    new PartitionField("country", Transform.IDENTITY),
                    new PartitionField("day", Transform.YEAR)),
                Duration.ofMinutes(90),
                1L << 30,
                Duration.ofDays(7))));
    assertThat(
        definition.gold().aggregates().stream().map(AggregateSpec::window).toList(),
        contains(
            new WindowSpec.Sliding(Duration.ofHours(1), Duration.ofMinutes(15)),
            new WindowSpec.Session(Duration.ofSeconds(30))));
    assertThat(
        definition.contract().notices().stream().map(String::valueOf).toList(),
        hasItem(containsString("'lateness' is for streams")));
  }

  @Test
  void knowsThreeWaysWithASchemaThatChanges() {
    assertThat(define(silver("")).schemaPolicy(), equalTo(SchemaPolicy.EVOLVE));
    for (SchemaPolicy policy : SchemaPolicy.values()) {
      String key = "\nschemaPolicy: " + policy.name().toLowerCase(java.util.Locale.ROOT);
      assertThat(define(silver("") + key).schemaPolicy(), equalTo(policy));
    }
    assertThat(refusal(silver("") + "\nschemaPolicy: evolv"), containsString("evolve"));
  }

  @Test
  void takesTheNameOfTheContractsFolderForNoGlob() {
    PipelineFile file = PipelineFile.parse("p.yaml", silver(""), Path.of("/a [1]/{b}"));
    DataContract contract = DataContract.parse("c.yaml", CONTRACT);
    assertThat(
        files(PipelineDefinition.of(file, contract, null)).path(), startsWith("/a \\[1]/\\{b}/"));
  }

  @Test
  void letsTheCallerChooseAnotherServer() {
    PipelineFile file = PipelineFile.parse("p.yaml", silver(""), FOLDER);
    PipelineDefinition definition =
        PipelineDefinition.of(file, DataContract.parse("c.yaml", CONTRACT), "json");
    assertThat(files(definition).path(), is("/data/*.jsonl"));
    assertThat(definition.source().format(), is(Format.JSON));
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () -> PipelineDefinition.of(file, DataContract.parse("c.yaml", CONTRACT), "jsno"));
    assertThat(
        refused.getMessage(),
        endsWith("the contract has no server 'jsno', only files, json; did you mean 'json'?"));
  }

  @Test
  void saysWhatAKeyThatItDoesNotKnowMayMean() {
    assertThat(
        refusal(
            "pipelin: p\ncontract: c.yaml\nsource: {}\nsilver: {write: upsret, latestby: at}\ngold:\n- {table: g, sql: x, window: {type: tumbling, sise: 1h}}\n"),
        is(
            """
            p.yaml:1:1: unknown key 'pipelin' in a pipeline file; did you mean 'pipeline'?
            p.yaml:4:17: 'write' must be one of [append, upsert, overwrite], but is 'upsret'; did you mean 'upsert'?
            p.yaml:4:25: unknown key 'latestby' in the silver table; did you mean 'latestBy'?
            p.yaml:6:47: unknown key 'sise' in a tumbling window; did you mean 'size'?"""));
  }

  @Test
  void saysEverythingThatDoesNotFitTheContract() {
    assertThat(
        refusal(
            """
            pipeline: p
            contract: c.yaml
            source: {server: files, maxRecordBytes: 1TB}
            silver:
              write: append
              latestBy: tags
              eventTime: country
              partitionBy: [dya(at), hour(day), price, nothing, month(country), day(at), day(at)]
              lateness: soon
              targetFileSize: 1KB
            transform: {class: X, options: {a: [1]}}
            gold:
            - {table: 1a, window: {type: tumbling, size: 0h}, sql: x}
            - {table: b, window: {type: sliding, size: 1h, period: 25m}, sql: x}
            - {table: B, window: {type: session, gap: 1h}, sql: ' '}
            """),
        is(
            """
            p.yaml:3:25: maxRecordBytes must lie between 1KiB and 1GiB, but is 1TB.
            p.yaml:6:3: 'tags' cannot tell which row is later; latestBy takes a timestamp, a date or a number.
            p.yaml:7:3: eventTime must be a timestamp or a date, but 'country' is neither; see its logicalType in the contract.
            p.yaml:8:17: unknown function 'dya'; known are year, month, day and hour; did you mean 'day'?
            p.yaml:8:26: the table cannot be partitioned by hour(day): a date has no hour.
            p.yaml:8:37: the table cannot be partitioned by price: objects, arrays and floating point numbers cannot be the value of a partition.
            p.yaml:8:44: 'orders' has no property 'nothing'.
            p.yaml:8:53: the table cannot be partitioned by month(country): that takes a timestamp or a date.
            p.yaml:8:78: the table is partitioned by day(at) twice; remove one of them.
            p.yaml:9:3: lateness: 'soon' is not a duration; write it as 15m, 1h30m, 7d or PT15M.
            p.yaml:10:3: targetFileSize must lie between 1MB and 5GiB, but is 1KB.
            p.yaml:11:36: option 'a' of the transform must be a text, but is a list.
            p.yaml:13:4: '1a' cannot be a table's name: use letters, digits and '_', and no digit first.
            p.yaml:13:40: size of the window: '0h' is not longer than zero.
            p.yaml:14:38: the size of a sliding window must be a whole multiple of its period, but 1h is not a multiple of 25m.
            p.yaml:15:4: gold table 'B' is there twice (upper and lower case count as the same); rename one.
            p.yaml:15:48: gold table 'B' has an empty query."""));
  }

  @Test
  void refusesGoldWithoutATimeToCutBy() {
    String gold = "\ngold: [{table: g, window: {type: tumbling, size: 1h}, sql: x}]\n";
    assertThat(
        refusal(silver("").strip() + gold),
        containsString("gold tables have windows, so silver needs 'eventTime'"));
    assertThat(
        refusal(silver("eventTime: maybe").stripTrailing() + gold),
        containsString("p.yaml:6:3: 'maybe' assigns rows to the windows of gold"));
  }

  @Test
  void guessesWhichFieldWasMeant() {
    assertThat(
        refusal(silver("eventTime: att")),
        is("p.yaml:6:3: 'orders' has no property 'att'; did you mean 'at'?"));
  }

  @Test
  void saysExactlyWhatAFragmentLacks() {
    String fragment =
        "apiVersion: v3.0.2\nkind: DataContract\nservers:\n- {server: s, type: local}\n";
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class, () -> define(silver("").replace("files", "s"), fragment));
    assertThat(
        refused.getMessage(),
        is(
            """
            c.yaml:1:1: the contract lacks 'id', which each cycle of a run carries.
            c.yaml:1:1: the contract lacks 'version', which each cycle of a run carries.
            c.yaml:1:1: the contract lacks 'schema' with an object whose 'properties' say what a record holds.
            c.yaml:4:3: server 's' has no 'path', the files to read, such as data/*.jsonl.
            c.yaml:4:3: server 's' has no 'format', which is json, csv, avro or parquet."""));
    ConfigurationException bare =
        assertThrows(
            ConfigurationException.class,
            () ->
                define(silver(""), "apiVersion: v3.0.2\nid: a\nversion: 1\nschema: [{name: t}]\n"));
    assertThat(
        bare.getMessage(),
        is(
            """
            c.yaml:1:1: the contract has no 'servers'; they say where the data is.
            c.yaml:4:10: schema object 't' lacks 'properties', which say what its fields are."""));
  }

  @Test
  void asksWhichTableIsMeantWhereTheContractHasSeveral() {
    String two = CONTRACT + "- {name: other, properties: [{name: x, logicalType: string}]}\n";
    assertThat(
        assertThrows(ConfigurationException.class, () -> define(silver(""), two)).getMessage(),
        is(
            "p.yaml:3:1: the contract describes orders, other; choose one with 'table' in 'source' of the pipeline file."));
    assertThat(
        define(silver("").replace("server: files", "server: files, table: other"), two)
            .contract()
            .object(),
        is("other"));
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () ->
                    define(silver("").replace("server: files", "server: files, table: othr"), two))
            .getMessage(),
        is("p.yaml:3:25: the contract has no schema object 'othr'; did you mean 'other'?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../p", "a/b", "", "-p", "a b", ".", "ü"})
  void refusesNamesThatAreNoFileNames(String name) {
    assertThat(
        refusal(silver("").replace("pipeline: p", "pipeline: '" + name + "'")),
        containsString("p.yaml:1:"));
  }

  @ParameterizedTest
  @CsvSource({"first name", "'a,b'", "a=b", "''"})
  void refusesNamesThatAreNoColumns(String column) {
    String contract =
        CONTRACT
            .replace("name: country", "name: '" + column + "'")
            .replace(", partitioned: true, partitionKeyPosition: 1", "");
    assertThat(
        assertThrows(ConfigurationException.class, () -> define(silver(""), contract)).getMessage(),
        containsString("cannot be a column's name"));
  }

  @Test
  void takesWhatIsSaidOfJsonAndEncoding() {
    SourceSpec source =
        define(
                silver("")
                    .replace(
                        "server: files",
                        "server: json, json: {path: data.items}, encoding: windows-1252"))
            .source();
    assertThat(source.text().json(), is(new JsonSpec(Layout.AUTO, List.of("data", "items"))));
    assertThat(source.text().encoding(), is(Encoding.WINDOWS_1252));
    assertThat(
        define(
                silver("")
                    .replace(
                        "server: files",
                        "server: json, json: {layout: document, path: [a.b, c]}, encoding: utf-16le"))
            .source()
            .text()
            .json(),
        is(new JsonSpec(Layout.DOCUMENT, List.of("a.b", "c"))));
    assertThat(
        refusal(
            silver("").replace("server: files", "server: json, json: {layout: lines, path: a..b}")),
        allOf(containsString("has an empty name"), containsString("each line is a record")));
    assertThat(
        refusal(silver("").replace("server: files", "server: files, json: {layout: lines}")),
        containsString("'json' has no effect here"));
    assertThat(
        refusal(silver("").replace("server: files", "server: files, encoding: latin-1")),
        containsString("iso-8859-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$.data[*]", "$", "data[0].x", "/data/items", "data.*"})
  void refusesAPathInAnotherLanguage(String path) {
    assertThat(
        refusal(silver("").replace("server: files", "server: json, json: {path: '" + path + "'}")),
        containsString("'" + path + "' is JSONPath or a JSON pointer"));
  }

  @Test
  void refusesCsvOptionsForWhatIsNoCsv() {
    String yaml =
        silver("").replace("server: files", "server: json, csv: {delimiter: ab, quote: ''}");
    assertThat(refusal(yaml), containsString("'csv' has no effect here"));
    assertThat(refusal(yaml), containsString("'delimiter' must be one ASCII character"));
  }

  @Test
  void saysWhereTheContractWasLookedFor(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), silver(""));
    ConfigurationException refused =
        assertThrows(ConfigurationException.class, () -> PipelineDefinition.load(file, null));
    assertThat(
        refused.getMessage(),
        is(
            "p.yaml:2:1: there is no contract '"
                + folder.resolve("sub/c.yaml")
                + "'; its path is relative to the pipeline file."));
  }
}
