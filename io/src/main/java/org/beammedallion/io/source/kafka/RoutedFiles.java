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
import org.beammedallion.transforms.decode.json.SelectedMessages.Condition;
import org.beammedallion.transforms.raw.RoutePiece;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a cycle's bronze files that may have the messages of a pipeline.
 *
 * @param condition that the routes of the cycle tell of; null where all messages must be looked at
 */
record RoutedFiles(@Nullable Condition condition, Map<Integer, RoutedFile> byShard) {

  private static final RoutedFiles NONE = new RoutedFiles(null, Map.of());

  static RoutedFiles of(LandedTopics source, TakenRanges cycle) throws IOException {
    if (source.where().isEmpty()) {
      return NONE;
    }
    BronzeRoutes routes = BronzeRoutes.find(source.bronze(), cycle.cycle()).orElse(null);
    if (routes == null) {
      return NONE;
    }
    for (Condition condition : source.where()) {
      if (condition.path().equals(routes.by())) {
        Map<Integer, RoutedFile> byShard = new HashMap<>();
        routes.files().forEach(file -> byShard.put(file.shard(), file));
        return new RoutedFiles(condition, byShard);
      }
    }
    return NONE;
  }

  /** Those of one file; null for all of it. */
  @Nullable SelectedPieces selected(BronzeShard file) {
    RoutedFile routed = byShard.get(file.number());
    if (condition == null || routed == null || routed.bytes() != file.bytes()) {
      return null;
    }
    List<RoutePiece> wanted =
        routed.pieces().stream()
            .filter(piece -> piece.route() == null || condition.values().contains(piece.route()))
            .toList();
    return new SelectedPieces(condition, routed.pieces().get(0).from(), wanted);
  }
}
