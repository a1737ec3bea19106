package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.pipeline.ShopPipeline.CONTRACT;
import static org.beammedallion.quality.pipeline.ShopPipeline.define;
import static org.beammedallion.quality.pipeline.ShopPipeline.refusal;
import static org.beammedallion.quality.pipeline.ShopPipeline.silver;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;

/** How rows are written to silver. */
class SilverSectionTest {

  @Test
  void refusesAnUpsertWithoutAKey() {
    String keyless = CONTRACT.replace(", primaryKey: true", "");
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () -> define(silver("latestBy: at\n").replace("append", "upsert"), keyless));
    assertThat(
        refused.getMessage(),
        is(
            """
            p.yaml:5:3: an upsert needs to know which rows are the same, but no property of 'orders' is a primary key; set 'primaryKey: true' in the contract, or use 'write: append'.
            p.yaml:6:3: 'latestBy' decides between rows with the same key, but no property of 'orders' is a primary key; set 'primaryKey: true' in the contract, or remove 'latestBy'."""));
  }

  @Test
  void refusesAVersionOfAFormatThatHasNone() {
    assertThat(
        refusal(silver("formatVersion: 3")),
        is(
            "p.yaml:6:3: 'formatVersion' chooses a version of Iceberg's format, and the tables are delta; remove it, or"
                + " set 'format: iceberg'."));
    assertThat(refusal(silver("formatVersion: 4")), containsString("4"));
  }

  @Test
  void marksReplacedRowsInIcebergWhereAsked() {
    String upsert = silver("upsert: merge-on-read\nformat: iceberg").replace("append", "upsert");
    assertThat(define(upsert).silver().upsert(), is(UpsertMode.MERGE_ON_READ));
  }

  @Test
  void refusesToMarkRowsWhereNoneAreReplacedOrTheFormatCannot() {
    assertThat(
        refusal(silver("upsert: merge-on-read")),
        is(
            """
            p.yaml:6:3: 'upsert' says how rows are replaced, and 'write: append' does not replace rows by key; remove it, or set 'write: upsert'.
            p.yaml:6:3: 'merge-on-read' needs 'format: iceberg': in Delta it would need deletion vectors, which Delta Kernel does not write; remove 'upsert', or set 'format: iceberg'."""));
    assertThat(refusal(silver("upsert: merge-on-write")), containsString("merge-on-read"));
  }
}
