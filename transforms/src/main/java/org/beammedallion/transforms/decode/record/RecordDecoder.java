package org.beammedallion.transforms.decode.record;

import java.io.Serializable;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Turns raw records into rows of the contract's schema. A pure function, thread-safe, and total:
 * each record becomes exactly one row or one dead letter, whatever its bytes are.
 *
 * <p>Of several faults of one record the dead letter names the gravest: malformed, then the first
 * value that does not fit its type, then a missing required field, then a broken rule.
 */
public interface RecordDecoder extends Serializable {

  /** The rows of a batch in the order of its records. The batch's own rejects come along. */
  RowBatch decode(RawBatch batch);
}
