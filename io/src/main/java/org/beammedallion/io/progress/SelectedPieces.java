package org.beammedallion.io.progress;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.transforms.raw.RoutePiece;

/**
 * The parts of a bronze file that may have messages of a pipeline.
 *
 * @param condition of the pipeline when this was planned; messages outside the pieces do not meet
 *     it
 * @param header bytes of the file before its first block
 * @param pieces in the order of the file; may be none
 */
public record SelectedPieces(Condition condition, long header, List<RoutePiece> pieces)
    implements Serializable {

  public SelectedPieces {
    pieces = List.copyOf(pieces);
  }

  public long bytes() {
    return pieces.stream().mapToLong(RoutePiece::bytes).sum();
  }

  public long records() {
    return pieces.stream().mapToLong(RoutePiece::records).sum();
  }
}
