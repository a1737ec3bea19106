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
 * Outputs of steps with several outputs that no step takes. Beam's Spark runner leaves such an
 * output out, and gives its elements to whoever takes the main output (2.71; since its pull request
 * 33772). A transform of a user that ignores an output of its own would publish them as rows.
 */
final class UnusedOutputs extends Pipeline.PipelineVisitor.Defaults {

  private final Set<PCollection<?>> outputs = new LinkedHashSet<>();
  private final Set<PValue> taken = new HashSet<>();

  private UnusedOutputs() {}

  /** Adds a step for each that takes its elements and does nothing. */
  static void take(Pipeline pipeline) {
    UnusedOutputs found = new UnusedOutputs();
    pipeline.traverseTopologically(found);
    found.outputs.removeAll(found.taken);
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
    taken.addAll(node.getInputs().values());
    if (node.getOutputs().size() > 1) {
      node.getOutputs().values().forEach(output -> outputs.add((PCollection<?>) output));
    }
  }

  private static final class Ignore<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process() {
      // The runner sees that the output is taken, which is all that is wanted.
    }
  }
}
