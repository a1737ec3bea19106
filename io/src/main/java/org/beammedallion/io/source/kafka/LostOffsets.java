package org.beammedallion.io.source.kafka;

import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.storage.StorageException;

/** Offsets that are gone before a cycle has read them. */
final class LostOffsets {

  private static final String WAY_OUT =
      " If they come in another way, or are not needed, run once with --onDataLoss=continue: the cycle goes on with what"
          + " there is, and its ledger names them. To keep it from happening again, raise the topic's retention"
          + " (retention.ms, retention.bytes), or run more often.";

  private LostOffsets() {}

  /** What is said of them behind the name of their partition. */
  static String sentence(long from, long to) {
    return "has lost the offsets "
        + from
        + " to "
        + (to - 1)
        + " before a cycle has read them, by retention or because they were deleted.";
  }

  /**
   * The sentence about them, as a warning of the partition.
   *
   * @param to offset behind the last
   * @throws StorageException where a cycle must not go on without them
   */
  static String lost(DataLoss dataLoss, TopicPartition partition, long from, long to)
      throws StorageException {
    String what = sentence(from, to);
    if (dataLoss == DataLoss.FAIL) {
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
