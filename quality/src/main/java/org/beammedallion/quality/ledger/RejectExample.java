package org.beammedallion.quality.ledger;

import java.io.Serializable;
import java.util.Comparator;
import org.beammedallion.quality.deadletter.DeadLetter;

/**
 * One rejected record of a reason, for a person to see what the reason means here.
 *
 * @param detail what is wrong with it, cut where it is very long
 * @param source URI of the file that it came from
 * @param position see {@link org.beammedallion.quality.deadletter.Provenance#position}
 */
public record RejectExample(String detail, String source, long position) implements Serializable {

  /** Of the detail; the dead letter has the whole. */
  static final int MAX_CHARACTERS = 500;

  /** By source and position, so that the same records have the same first one on every runner. */
  private static final Comparator<RejectExample> ORDER =
      Comparator.comparing(RejectExample::source)
          .thenComparingLong(RejectExample::position)
          .thenComparing(RejectExample::detail);

  public RejectExample {
    if (detail.codePointCount(0, detail.length()) > MAX_CHARACTERS) {
      detail = detail.substring(0, detail.offsetByCodePoints(0, MAX_CHARACTERS - 1)) + "…";
    }
  }

  public static RejectExample of(DeadLetter letter) {
    return new RejectExample(
        letter.detail(), letter.provenance().source(), letter.provenance().position());
  }

  /** The first of two by source and position, whichever is asked. */
  public RejectExample first(RejectExample other) {
    return ORDER.compare(this, other) <= 0 ? this : other;
  }
}
