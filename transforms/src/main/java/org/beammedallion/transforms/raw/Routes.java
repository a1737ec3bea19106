package org.beammedallion.transforms.raw;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.quality.pipeline.MessageSpec.Part;

/**
 * Where the messages of each route are in a bronze file.
 *
 * @param by what tells the route of a message
 * @param pieces in the order of the file, which they fill from the end of its header
 */
public record Routes(Part by, List<RoutePiece> pieces) implements Serializable {

  public Routes {
    pieces = List.copyOf(pieces);
  }
}
