package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import java.nio.file.Files;
import java.nio.file.Path;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.yaml.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipeline files, contracts and sources that lie in a storage other than the local disk. */
class StoredDocumentTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "orders.odcs.yaml, counted:/jobs/daily/orders.odcs.yaml",
    "./orders.odcs.yaml, counted:/jobs/daily/orders.odcs.yaml",
    "../contracts/orders.odcs.yaml, counted:/jobs/contracts/orders.odcs.yaml",
    "../../../../orders.odcs.yaml, counted:/orders.odcs.yaml",
    "/contracts/orders.odcs.yaml, counted:/contracts/orders.odcs.yaml",
    "counted:/else/orders.odcs.yaml, counted:/else/orders.odcs.yaml",
    "file:/else/orders.odcs.yaml, /else/orders.odcs.yaml",
  })
  void pathsAreRelativeToTheFolderOfTheFile(String path, String address) {
    Document file = StoredDocument.of("counted:/jobs/daily/orders.pipeline.yaml");
    assertThat(file.resolve(path).address(), is(address));
  }

  @Test
  void fileUrisAndPathsAreTheSameDocument() {
    assertThat(
        StoredDocument.of("file:///jobs/orders.pipeline.yaml"),
        is(Document.of(Path.of("/jobs/orders.pipeline.yaml"))));
  }

  @Test
  void aPipelineRunsFromItsUri() throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(200).withFiles(1), folder.resolve("input"));
    String lake = "counted:" + folder.resolve("lake");
    Commands.Result one =
        Commands.run(
            "run", "counted:" + data.pipeline(), "--lake=" + lake, "--runner=DirectRunner");
    assertThat(one.all(), one.code(), is(0));
    assertThat(
        SparkTables.rows("SELECT COUNT(*) > 0 FROM delta.`" + folder + "/lake/silver/orders`")
            .toString(),
        is("[[true]]"));
    Commands.Result all =
        Commands.run(
            "run",
            "counted:" + data.pipeline().getParent(),
            "--lake=" + lake,
            "--runner=DirectRunner");
    assertThat(all.all(), all.code(), is(0));
    assertThat("nothing is new", all.all(), containsString("othing new"));
  }

  @Test
  void whatIsMissingIsNamedByItsUri() throws Exception {
    Commands.Result absent =
        Commands.run("validate", "counted:" + folder.resolve("absent.pipeline.yaml"));
    assertThat(absent.code(), is(2));
    assertThat(
        absent.err(),
        containsString(
            "There is no pipeline file 'counted:" + folder.resolve("absent.pipeline.yaml") + "'."));

    DataSet data = OrdersGenerator.write(OrdersSpec.of(10).withFiles(1), folder.resolve("input"));
    try (var files = Files.list(data.pipeline().getParent())) {
      for (Path contract : files.filter(f -> f.toString().endsWith(".odcs.yaml")).toList()) {
        Files.delete(contract);
      }
    }
    Commands.Result without = Commands.run("validate", "counted:" + data.pipeline());
    assertThat(without.all(), without.code(), is(3));
    assertThat(without.err(), containsString("there is no contract 'counted:"));

    Commands.Result unknown = Commands.run("validate", "nowhere://bucket/orders.pipeline.yaml");
    assertThat(unknown.code(), is(3));
    assertThat(unknown.err(), startsWith("medallion: No storage for 'nowhere://bucket"));
  }
}
