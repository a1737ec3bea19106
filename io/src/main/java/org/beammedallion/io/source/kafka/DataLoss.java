package org.beammedallion.io.source.kafka;

import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.storage.StorageException;

/** What a cycle does where records that it was to read are gone. */
public enum DataLoss {
  /** It fails, and so does each after it. */
  FAIL,
  /** It takes what there is, and warns. */
  CONTINUE;

  private static final String WAY_OUT =
      " If they come in another way, or are not needed, run once with --onDataLoss=continue: the cycle goes on with what"
          + " there is, and its ledger names them. To keep it from happening again, raise the topic's retention"
          + " (retention.ms, retention.bytes), or run more often.";

  /**
   * The sentence about offsets that are gone, as a warning of the partition.
   *
   * @throws StorageException where a cycle must not go on without them
   */
  String lost(TopicPartition partition, long from, long to) throws StorageException {
    String what =
        "has lost the offsets "
            + from
            + " to "
            + (to - 1)
            + " before a cycle has read them, by retention or because they were deleted.";
    if (this == FAIL) {
      throw new StorageException(
          "Partition "
              + partition.partition()
              + " of topic '"
              + partition.topic()
              + "' "
              + what
              + WAY_OUT,
          null);
    }
    return what;
  }
}
