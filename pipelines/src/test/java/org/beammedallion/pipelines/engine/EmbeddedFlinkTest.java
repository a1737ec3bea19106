package org.beammedallion.pipelines.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.stream.LongStream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;

class EmbeddedFlinkTest {

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Runs a pipeline whose tasks all send to each other. */
  private static void run(int parallelism) throws IOException {
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs("--runner=FlinkRunner", "--parallelism=" + parallelism)
            .create();
    Engine engine = Engine.of(options);
    assertThat(engine.parallelism(), is(parallelism));
    engine.run(
        "counting",
        pipeline ->
            PAssert.that(
                    pipeline
                        .apply(Create.of(LongStream.range(0, 1000).boxed().toList()))
                        .apply(Reshuffle.viaRandomKey())
                        .apply(
                            WithKeys.of((Long number) -> number % 10)
                                .withKeyType(TypeDescriptors.longs()))
                        .apply(Count.perKey()))
                .containsInAnyOrder(
                    LongStream.range(0, 10).mapToObj(key -> KV.of(key, 100L)).toList()));
  }

  /** Of a job that is wider than the task manager that is there, a part runs on another. */
  @Test
  void jobsRunOnSeveralTaskManagers() throws Exception {
    run(CORES);
    run(CORES + 1);
    run(3 * CORES);
  }
}
