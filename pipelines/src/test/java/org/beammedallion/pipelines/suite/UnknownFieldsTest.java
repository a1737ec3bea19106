package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fields that the contract does not know, in what a cycle reads. */
class UnknownFieldsTest {

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void openLake() {
    lake = new Lake(folder.resolve("lake"));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void areCountedOrRejectedAndAlwaysInBronze(Runner runner) throws Exception {
    Shop shop = Shop.open(folder.resolve("input"), "delta");
    shop.data(
        "2",
        """
        {"id":"d","at":"2026-11-03T10:00:00Z","version":1,"note":"x","more":{"fax":1}}
        {"id":"b","at":"2026-11-03T10:00:00Z","version":"two","note":"rejected"}
        """);
    Ledger ledger = lake.cycle(shop.pipeline(), runner);
    assertThat(ledger.published(), is(4L));
    assertThat(ledger.records().unknownFields(), is(Map.of("more", 1L, "note", 1L)));
    shop.policy("enforce");
    shop.data(
        "3",
        """
        {"id":"e","at":"2026-11-03T10:00:00Z","version":1,"note":"x"}
        {"id":"f","at":"2026-11-03T10:00:00Z","version":1}
        """);
    ledger = lake.cycle(shop.pipeline(), runner);
    assertThat(ledger.published(), is(1L));
    assertThat(ledger.records().unknownFields(), is(Map.of()));
    assertThat(lake.quarantine("shop").get("UNKNOWN_FIELD"), is(1L));
    assertThat(bronzeRecords("note"), is(3L));
  }

  /** How many records of bronze hold a text. */
  private long bronzeRecords(String text) throws IOException {
    long found = 0;
    List<Path> files;
    try (Stream<Path> walk = Files.walk(lake.folder().resolve("bronze"))) {
      files = walk.filter(file -> file.toString().endsWith(".avro")).toList();
    }
    for (Path file : files) {
      try (DataFileReader<GenericRecord> records =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        for (GenericRecord each : records) {
          ByteBuffer payload = (ByteBuffer) each.get("payload");
          found += StandardCharsets.UTF_8.decode(payload).toString().contains(text) ? 1 : 0;
        }
      }
    }
    return found;
  }
}
