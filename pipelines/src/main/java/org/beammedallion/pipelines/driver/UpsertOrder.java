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
 * whichever was written later. Tables that were made so go on, with a warning.
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
              + "' upserts rows and does not say which of two rows with one key is later. Without it the row with the"
              + " greater values would win, 'shipped' over 'delivered'. Set 'latestBy' of silver to the column that"
              + " tells it, such as updated_at; where the records are changes of a database, set 'changes' of the"
              + " source; where each key comes once, 'write: append' will do."
              + (lake == null
                  ? " Where the table was made without it already, give --lake too."
                  : ""));
    }
    return List.of(
        "silver."
            + definition.silver().table()
            + " is upserted without 'latestBy': of two rows with one key the one with the greater values wins, 'shipped'"
            + " over 'delivered', whichever was written later. Set 'latestBy' of silver to the column that tells the"
            + " later of two rows. New tables are refused without it.");
  }

  private static boolean isMade(PipelineDefinition definition, LakeLayout lake) throws IOException {
    return ProgressLog.of(lake.progress(definition.name())).newestPlanned().isPresent()
        || Tables.silver(definition, lake).snapshot().isPresent();
  }
}
