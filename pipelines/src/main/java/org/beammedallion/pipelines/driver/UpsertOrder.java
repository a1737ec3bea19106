package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * An upsert needs to know which of two rows with one key is later: without it the greater row wins,
 * independent of the time of writing. Existing tables of this kind are still written, with a
 * warning.
 */
final class UpsertOrder {

  private UpsertOrder() {}

  /**
   * Checks a pipeline before anything is planned.
   *
   * @param lake null where it is not known
   * @return a warning where the table was made without an order
   * @throws IllegalArgumentException where it is yet to be made
   */
  static List<String> warnings(PipelineDefinition definition, @Nullable LakeLayout lake)
      throws IOException {
    if (definition.silver().write() != WriteMode.UPSERT
        || definition.hasChanges()
        || definition.silver().hasLatestBy()) {
      return List.of();
    } else if (lake == null || !isMade(definition, lake)) {
      throw new IllegalArgumentException(
          "Pipeline '"
              + definition.name()
              + "' upserts rows and does not define which of two rows with the same key is later. Without 'latestBy' the row with "
              + "the greater values would stay, for example 'shipped' instead of 'delivered'. Set 'latestBy' of silver to a column such as updated_at. If the records are changes of a database, set 'changes' of the "
              + "source; if each key occurs only once, use 'write: append'."
              + (lake == null
                  ? " Where the table was made without it already, give --lake too."
                  : ""));
    }
    return List.of(
        "silver."
            + definition.silver().table()
            + " is upserted without 'latestBy': of two rows with the same key the one with the greater values "
            + "stays, for example 'shipped' instead of 'delivered', even if it is older. Set 'latestBy' of silver to the column that decides which row is later. New tables are refused without it.");
  }

  private static boolean isMade(PipelineDefinition definition, LakeLayout lake) throws IOException {
    return ProgressLog.of(lake.progress(definition.name())).newestPlanned().isPresent()
        || Tables.silver(definition, lake).snapshot().isPresent();
  }
}
