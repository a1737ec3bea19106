package org.beammedallion.transforms.raw;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a bronze file that has the messages of one route and no others.
 *
 * @param route what tells for whom they are; null where that is not known, so that everybody reads
 *     them
 * @param from byte of the file at which its first block begins
 * @param to byte behind its last block
 * @param records number of messages
 */
public record RoutePiece(@Nullable String route, long from, long to, long records)
    implements Serializable {

  public long bytes() {
    return to - from;
  }

  /** Whether another piece follows at once and has the same route. */
  public boolean continuesIn(RoutePiece next) {
    return to == next.from && Objects.equals(route, next.route);
  }

  /** This piece and the one that it {@linkplain #continuesIn continues in}. */
  public RoutePiece with(RoutePiece next) {
    return new RoutePiece(route, from, next.to, records + next.records);
  }
}
