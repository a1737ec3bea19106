package org.beammedallion.pipelines.driver;

import java.util.List;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.source.TakeAgain;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.quality.pipeline.SourceSpec.Changed;

/** When files can be read again that earlier cycles have read. */
final class Retaking {

  private Retaking() {}

  /**
   * @throws IllegalArgumentException where rows cannot be taken out by the file they came from
   */
  static void requirePossible(PipelineDefinition definition) {
    String why =
        definition.hasChanges()
            ? "its records are changes, whose order is the source's: a change that was wrong is corrected by a later change"
            : definition.keepsVersions()
                ? "a dimension of type 2 keeps every version of a row, also those of the file"
                : null;
    if (why != null) {
      throw new IllegalArgumentException(
          "Files of pipeline '"
              + definition.name()
              + "' cannot be taken again: "
              + why
              + ". Otherwise roll silver back to the version before the file was read (`medallion rollback`), and save this"
              + " file and the files of all later cycles under new names: the next run reads these.");
    }
  }

  /**
   * Which files a run reads again: those that it is told, and of some pipelines those that changed.
   *
   * @throws IllegalArgumentException where it cannot
   */
  static TakeAgain wanted(PipelineDefinition definition, List<String> patterns) {
    boolean changed =
        definition.source().place() instanceof SourceSpec.Files files
            && files.changed() == Changed.TAKE_AGAIN;
    TakeAgain wanted = new TakeAgain(patterns, changed);
    if (wanted.changed() || wanted.namesFiles()) {
      requirePossible(definition);
    }
    return wanted;
  }

  /** Whether an earlier cycle, which a run has completed, did what the run is asked for. */
  static boolean isDoneBy(CyclePlan earlier, TakeAgain wanted) {
    return !wanted.namesFiles()
        || (!earlier.takenAgain().isEmpty() && wanted.firstWithout(earlier.takenAgain()).isEmpty());
  }

  /**
   * @throws IllegalArgumentException where a pattern is that of no file of the source
   */
  static void requireFound(TakeAgain wanted, SourcePlan plan) {
    List<String> planned = plan.shards().stream().map(Shard::uri).distinct().toList();
    String missing = wanted.firstWithout(planned);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "--takeAgain: no file of the source is '"
              + missing
              + "'. Give a file's name, its path, or a pattern such as '2026-11-*.csv'; the source is listed by the path"
              + " of the contract's server.");
    }
  }
}
