package org.beammedallion.pipelines.engine;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;

/**
 * Consumes the unconsumed outputs of multi-output transforms. Beam's Spark runner (2.71, since its
 * pull request 33772) does not filter by tag where only the main output is consumed, so that the
 * elements of all outputs reach the consumers of the main output: a user's transform that ignores a
 * side output of its own would publish these elements as rows.
 */
final class UnusedOutputs extends Pipeline.PipelineVisitor.Defaults {

  private final Set<PCollection<?>> outputs = new LinkedHashSet<>();
  private final Set<PValue> consumed = new HashSet<>();

  private UnusedOutputs() {}

  /** Adds a consumer that does nothing to each unconsumed output. */
  static void consume(Pipeline pipeline) {
    UnusedOutputs found = new UnusedOutputs();
    pipeline.traverseTopologically(found);
    found.outputs.removeAll(found.consumed);
    int number = 0;
    for (PCollection<?> output : found.outputs) {
      number++;
      ignore(output, "Unused output " + number);
    }
  }

  private static <T> void ignore(PCollection<T> output, String name) {
    output.apply(name, ParDo.of(new Ignore<>()));
  }

  @Override
  public void visitPrimitiveTransform(TransformHierarchy.Node node) {
    consumed.addAll(node.getInputs().values());
    if (node.getOutputs().size() > 1) {
      node.getOutputs().values().forEach(output -> outputs.add((PCollection<?>) output));
    }
  }

  private static final class Ignore<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process() {
      // To be a consumer is enough.
    }
  }
}
