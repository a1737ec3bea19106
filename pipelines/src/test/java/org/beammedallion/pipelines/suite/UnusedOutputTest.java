package org.beammedallion.pipelines.suite;

import java.io.IOException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.beammedallion.pipelines.engine.Engine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The elements of an unconsumed side output do not reach the consumers of the main output, on every
 * runner.
 */
class UnusedOutputTest {

  private static final TupleTag<Integer> EVEN = new TupleTag<>("even") {};
  private static final TupleTag<Integer> ODD = new TupleTag<>("odd") {};

  @ParameterizedTest
  @EnumSource(Runner.class)
  void staysOutOfTheMainOutput(Runner runner) throws IOException {
    Engine.of(runner.options())
        .run(
            "taking one of two outputs",
            pipeline -> PAssert.that(even(pipeline)).containsInAnyOrder(2, 4));
  }

  private static PCollection<Integer> even(Pipeline pipeline) {
    return pipeline
        .apply(Create.of(1, 2, 3, 4, 5))
        .apply(ParDo.of(new Split()).withOutputTags(EVEN, TupleTagList.of(ODD)))
        .get(EVEN);
  }

  private static final class Split extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Integer number, MultiOutputReceiver output) {
      output.get(number % 2 == 0 ? EVEN : ODD).output(number);
    }
  }
}
