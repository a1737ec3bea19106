package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeRoutes;
import org.beammedallion.io.bronze.BronzeRoutes.RoutedFile;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.SelectedPieces;
import org.beammedallion.io.progress.TakenRanges;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.transforms.raw.RoutePiece;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a cycle's bronze files that may have the messages of a pipeline.
 *
 * @param where conditions of the pipeline
 */
record RoutedFiles(List<Condition> where, Map<Integer, RoutedFile> byShard) {

  static RoutedFiles of(LandedTopics source, TakenRanges cycle) throws IOException {
    Map<Integer, RoutedFile> byShard = new HashMap<>();
    if (!source.where().isEmpty()) {
      BronzeRoutes.find(source.bronze(), cycle.cycle())
          .ifPresent(routes -> routes.files().forEach(file -> byShard.put(file.shard(), file)));
    }
    return new RoutedFiles(source.where(), byShard);
  }

  /** Those of one file; null for all of it. */
  @Nullable SelectedPieces selected(BronzeShard file) {
    RoutedFile routed = byShard.get(file.number());
    if (routed == null || routed.bytes() != file.bytes()) {
      return null;
    }
    List<RoutePiece> pieces = routed.routes().pieces();
    for (Condition condition : where) {
      if (condition.part().equals(routed.routes().by())) {
        List<RoutePiece> wanted =
            pieces.stream()
                .filter(
                    piece -> piece.route() == null || condition.values().contains(piece.route()))
                .toList();
        return new SelectedPieces(condition, pieces.get(0).from(), wanted);
      }
    }
    return null;
  }
}
