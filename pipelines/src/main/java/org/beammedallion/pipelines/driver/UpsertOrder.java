package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * An upsert needs to know which of two rows with one key is later: without it the greater row wins,
 * independent of the time of writing. A pipeline whose newest cycle was made so goes on, with a
 * warning.
 */
final class UpsertOrder {

  /** How a plan calls an upsert without an order. */
  private static final String UNORDERED = name(WriteMode.UPSERT);

  private UpsertOrder() {}

  /** How a pipeline writes silver, as plans keep it. */
  static String of(PipelineDefinition definition) {
    String write = name(definition.silver().write());
    return definition.hasChanges()
        ? write + " by changes"
        : definition.silver().hasLatestBy() ? write + " by latestBy" : write;
  }

  private static String name(WriteMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Checks a pipeline before anything is planned.
   *
   * @param lake null where it is not known
   * @return a warning where the pipeline has upserted without an order before
   * @throws IllegalArgumentException where it has not
   */
  static List<String> warnings(PipelineDefinition definition, @Nullable LakeLayout lake)
      throws IOException {
    if (definition.silver().write() != WriteMode.UPSERT
        || definition.hasChanges()
        || definition.silver().hasLatestBy()) {
      return List.of();
    } else if (lake == null || !didSoBefore(definition, lake)) {
      throw new IllegalArgumentException(
          "Pipeline '"
              + definition.name()
              + "' upserts rows and does not define which of two rows with the same key is later. Without 'latestBy' the row with "
              + "the greater values would stay, for example 'shipped' instead of 'delivered'. Set 'latestBy' of silver to a column such as updated_at. If the records are changes of a database, set 'changes' of the "
              + "source; if each key occurs only once, use 'write: append'."
              + (lake == null
                  ? " Where the pipeline has upserted so before, give --lake too."
                  : ""));
    }
    return List.of(
        "silver."
            + definition.silver().table()
            + " is upserted without 'latestBy': of two rows with the same key the one with the greater values "
            + "stays, for example 'shipped' instead of 'delivered', even if it is older. Set 'latestBy' of silver to the column that decides which row is later. New pipelines are refused without it.");
  }

  /** Plans of earlier versions of the program do not tell. */
  private static boolean didSoBefore(PipelineDefinition definition, LakeLayout lake)
      throws IOException {
    ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
    OptionalLong newest = log.newestPlanned();
    if (newest.isEmpty()) {
      return false;
    }
    String write = log.plan(newest.getAsLong()).write();
    return write.isEmpty() || write.equals(UNORDERED);
  }
}
