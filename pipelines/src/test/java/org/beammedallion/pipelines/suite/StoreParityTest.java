package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.stores.AzuriteStore;
import org.beammedallion.fixtures.stores.CephStore;
import org.beammedallion.fixtures.stores.ObjectStore;
import org.beammedallion.fixtures.stores.StoreFate;
import org.beammedallion.fixtures.stores.StoreProxy;
import org.beammedallion.fixtures.stores.StoredLake;
import org.beammedallion.fixtures.tables.TableRows;
import org.beammedallion.io.options.StoragePipelineOptions;
import org.beammedallion.io.storage.StorageSettings;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pipeline file, contract, source and lake in an object store give the same tables as on a disk,
 * row for row, as the formats' own libraries read them; another engine goes on with the lake.
 */
class StoreParityTest {

  @TempDir Path folder;

  /** A store, and how contracts write of it. */
  private enum Store {
    S3("s3") {
      @Override
      ObjectStore shared() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
            CephStore.isInstalled(), "Ceph is not installed: Debian's " + CephStore.PACKAGES);
        return CephStore.shared();
      }

      @Override
      String inContract(String uri) {
        return uri;
      }
    },
    AZURE("azure") {
      @Override
      ObjectStore shared() throws IOException, InterruptedException {
        Assumptions.assumeTrue(AzuriteStore.isInstalled(), AzuriteStore.missing());
        return AzuriteStore.shared();
      }

      /** The account before the container, as the standard's examples have it. */
      @Override
      String inContract(String uri) {
        return uri.replaceFirst("abfss://([^@]+)@([^/]+)", "abfss://$2/$1");
      }
    };

    private final String type;

    Store(String type) {
      this.type = type;
    }

    abstract ObjectStore shared() throws IOException, InterruptedException;

    abstract String inContract(String uri);
  }

  @ParameterizedTest
  @CsvSource({
    "S3, FLINK, SPARK, delta",
    "S3, SPARK, DIRECT, iceberg",
    "AZURE, SPARK, FLINK, delta",
    "AZURE, FLINK, SPARK, iceberg"
  })
  void aStoreHoldsTheSameTablesAsADisk(Store kind, Runner first, Runner second, String format)
      throws Exception {
    ObjectStore store = kind.shared();
    Path input = folder.resolve("input");
    DataSet data = OrdersGenerator.write(OrdersSpec.of(2_000).withFiles(2), input);
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline()).replace("format: delta", "format: " + format));
    Lake disk = new Lake(folder.resolve("lake"));
    disk.cycle(data.pipeline(), Runner.DIRECT);

    String bucket = store.newBucket();
    StoredLake source = new StoredLake(store, bucket, "in put");
    String local = Files.readString(data.contract());
    Files.writeString(
        data.contract(),
        local
            .replace("type: local", "type: " + kind.type)
            .replace("path: data/", "location: " + kind.inContract(source.uri()) + "/data/"));
    source.upload(input);
    Files.writeString(data.contract(), local);
    StoredLake lake = new StoredLake(store, bucket, "lake");
    Map<String, Map<String, String>> settings = Map.of(store.uri(bucket), store.options());
    new StorageSettings(settings).install();
    String pipeline = source.uri() + "/" + data.pipeline().getFileName();
    Ledger ledger = cycle(pipeline, lake, first, settings);
    assertThat(ledger.read(), is(data.expected().read()));
    assertThat(ledger.published(), is(data.expected().silver()));
    requireSame(disk, lake);

    Path more = folder.resolve("more");
    DataSet later = OrdersGenerator.write(OrdersSpec.of(500).withFiles(1).withSeed(77), more);
    try (var files = Files.list(later.data())) {
      Path file = files.findFirst().orElseThrow();
      Files.copy(file, data.data().resolve("later.jsonl"));
    }
    disk.cycle(data.pipeline(), Runner.DIRECT);
    Path again = Files.createDirectories(folder.resolve("again/data"));
    Files.copy(data.data().resolve("later.jsonl"), again.resolve("later.jsonl"));
    source.upload(again.getParent());
    cycle(pipeline, lake, second, settings);
    requireSame(disk, lake);
  }

  /** What a cycle costs in requests, which stores charge for and throttle. */
  @ParameterizedTest
  @CsvSource({"S3, delta, 50, 200", "S3, iceberg, 65, 290", "AZURE, iceberg, 70, 330"})
  void aSmallCycleAsksTheStoreSeldom(Store kind, String format, long ofIdle, long ofSmall)
      throws Exception {
    ObjectStore store = kind.shared();
    Path input = folder.resolve("input");
    DataSet data = OrdersGenerator.write(OrdersSpec.of(500).withFiles(1), input);
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline()).replace("format: delta", "format: " + format));
    String bucket = store.newBucket();
    StoredLake lake = new StoredLake(store, bucket, "lake");
    try (StoreProxy proxy =
        StoreProxy.before(store.port(), (method, target) -> StoreFate.ANSWERED)) {
      Map<String, Map<String, String>> settings =
          Map.of(store.uri(bucket), store.options(proxy.endpoint()));
      new StorageSettings(settings).install();
      String pipeline = data.pipeline().toString();
      cycle(pipeline, lake, Runner.FLINK, settings);
      long before = total(proxy);
      driver(pipeline, lake, Runner.FLINK, settings).run();
      assertThat(proxy.requests().toString(), total(proxy) - before, lessThanOrEqualTo(ofIdle));
      Path more = folder.resolve("more");
      DataSet later = OrdersGenerator.write(OrdersSpec.of(100).withFiles(1).withSeed(7), more);
      try (var files = Files.list(later.data())) {
        Files.copy(files.findFirst().orElseThrow(), data.data().resolve("later.jsonl"));
      }
      before = total(proxy);
      cycle(pipeline, lake, Runner.FLINK, settings);
      assertThat(proxy.requests().toString(), total(proxy) - before, lessThanOrEqualTo(ofSmall));
    }
  }

  private static long total(StoreProxy proxy) {
    return proxy.requests().values().stream().mapToLong(Long::longValue).sum();
  }

  private static Ledger cycle(
      String pipeline, StoredLake lake, Runner runner, Map<String, Map<String, String>> settings)
      throws IOException, InterruptedException {
    Ledger ledger = driver(pipeline, lake, runner, settings).run().ledger();
    if (ledger == null) {
      throw new AssertionError("There was nothing new.");
    }
    ledger.requireBalance();
    return ledger;
  }

  private static CycleDriver driver(
      String pipeline, StoredLake lake, Runner runner, Map<String, Map<String, String>> settings)
      throws IOException {
    PipelineOptions options = runner.options();
    options.as(StoragePipelineOptions.class).setStorage(settings);
    return new CycleDriver(
        PipelineDefinition.load(StoredDocument.of(pipeline), null),
        LakeLayout.of(lake.uri()),
        options,
        Clock.fixed(Lake.NOW, ZoneOffset.UTC),
        CycleListener.NONE);
  }

  private void requireSame(Lake disk, StoredLake lake) throws IOException {
    Path scratch = Files.createTempDirectory(folder, "copy");
    for (String layer : List.of("silver", "gold")) {
      List<String> names;
      try (var tables = Files.list(disk.folder().resolve(layer))) {
        names = tables.map(path -> path.getFileName().toString()).sorted().toList();
      }
      assertThat(names, is(not(empty())));
      for (String name : names) {
        TableRows stored = lake.rows(layer + "/" + name, scratch);
        List<String> columns = new ArrayList<>(stored.columns());
        columns.remove("_source");
        columns.remove("_position");
        assertThat(
            layer + "." + name,
            stored.json(columns).stream().sorted().toList(),
            equalTo(disk.rows(layer, name)));
      }
    }
    lake.download("quarantine", scratch);
    assertThat(new Lake(scratch).quarantine("orders"), equalTo(disk.quarantine("orders")));
  }
}
