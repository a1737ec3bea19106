package org.beammedallion.pipelines.jobs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.UnreadFiles;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.TestCycle;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job of a first cycle that takes as many files as one cycle may. */
class SilverGraphTest {

  private static final int FIVE_MEGABYTES = 5 << 20;

  /** As long as keys of an object store are in such cases. */
  private static final String NAME =
      "s3://company-landing-zone-eu-central-1/shop/orders/ingest_date=2026-03-01/hour=10/"
          + "part-%05d-%s-c000.snappy.json";

  @TempDir Path folder;

  private static List<Shard> shards(int count) {
    List<Shard> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(
          new FileShard(
              i,
              NAME.formatted(i, UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)})),
              20_000_000,
              Instant.EPOCH,
              0,
              20_000_000));
    }
    return shards;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders/orders.pipeline.yaml",
        "orders/customers.pipeline.yaml",
        "accounts/accounts.pipeline.yaml"
      })
  void isBelowFiveMegabytes(String example) throws Exception {
    Path examples = Path.of("..", "docs", "examples");
    PipelineDefinition definition = PipelineDefinition.load(examples.resolve(example), null);
    LakeLayout lake = LakeLayout.of(folder.toString());
    List<Shard> shards = shards(CycleLimits.DEFAULT.files());
    try (TestCycle test = TestCycle.of(definition, lake, 1, shards, CycleListener.NONE)) {
      Cycle cycle = test.cycle();
      Table silver = Tables.silver(definition, lake);
      SilverGraph graph =
          new SilverGraph(
              cycle, Landing.of(cycle), cycle.target(silver), null, null, null, UnreadFiles.NONE);
      Pipeline pipeline = Pipeline.create();
      graph.build(pipeline, folder.resolve("result").toString());
      int bytes = PipelineTranslation.toProto(pipeline).getSerializedSize();
      assertThat("it holds the plan", bytes, greaterThan(32 * shards.size()));
      assertThat(bytes, lessThan(FIVE_MEGABYTES));
    }
  }
}
