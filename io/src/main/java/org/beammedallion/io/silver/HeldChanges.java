package org.beammedallion.io.silver;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.deduplicate.Bucket;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Holds back those changes of a bucket whose order is not known: of them and another change of
 * their row one is later by the source's clock and the other by its place in the source's log.
 * Compared is with what the table has of the row and with what is remembered of its delete, and
 * then with the latest change of the row in the cycle; so no order of arrival in a cycle matters.
 */
final class HeldChanges {

  /** Receives what is held back, for {@link HeldRecords}. */
  interface Receiver {
    /**
     * @param held see {@link #position} and {@link #detail}
     */
    void receive(int shard, Block held);
  }

  /** Where the detail of a block begins, behind the position. */
  private static final int DETAIL = Block.START + Long.BYTES;

  private final RowKey key;
  private final Receiver receiver;
  private long count;

  HeldChanges(RowKey key, Receiver receiver) {
    this.key = key;
    this.receiver = receiver;
  }

  /** How many were held back. */
  long count() {
    return count;
  }

  /**
   * Takes the changes that are held back out of blocks.
   *
   * @param incoming blocks of the cycle's rows
   * @param known blocks of references to rows of the table, and of remembered deletes
   * @return the blocks without them
   */
  List<byte[]> holdBack(List<byte[]> incoming, List<byte[]> known) {
    if (!key.ordersChanges()) {
      return incoming;
    }
    List<byte[]> comparable = known.isEmpty() ? incoming : holdBack(incoming, latest(known));
    return holdBack(comparable, latest(comparable));
  }

  private Bucket latest(List<byte[]> blocks) {
    Bucket bucket = new Bucket(key);
    blocks.forEach(block -> bucket.add(block, Block.START, block.length));
    return bucket;
  }

  private List<byte[]> holdBack(List<byte[]> blocks, Bucket others) {
    List<byte[]> kept = new ArrayList<>(blocks.size());
    for (byte[] block : blocks) {
      Set<Integer> held = new HashSet<>();
      for (int header = Block.START; header < block.length; header = RowBatch.next(block, header)) {
        int row = header + RowBatch.HEADER;
        int found = others.find(block, row);
        if (found >= 0) {
          byte[] other = others.block(found);
          int otherRow = others.header(found) + RowBatch.HEADER;
          if (key.isOfAnotherLog(block, row, other, otherRow)
              || key.isOfAnotherLog(other, otherRow, block, row)) {
            held.add(header);
            hold(block, header, key.changedAt(other, otherRow));
          }
        }
      }
      kept.add(held.isEmpty() ? block : without(block, held));
    }
    return kept;
  }

  private static byte[] without(byte[] block, Set<Integer> held) {
    ByteBuffer kept = ByteBuffer.allocate(block.length);
    kept.put(block[0]);
    for (int header = Block.START; header < block.length; header = RowBatch.next(block, header)) {
      if (!held.contains(header)) {
        kept.put(block, header, RowBatch.next(block, header) - header);
      }
    }
    byte[] bytes = new byte[kept.position()];
    kept.flip().get(bytes);
    return bytes;
  }

  private void hold(byte[] block, int header, long otherMillis) {
    count++;
    long millis = key.changedAt(block, header + RowBatch.HEADER);
    byte[] detail = detail(millis, otherMillis).getBytes(StandardCharsets.UTF_8);
    receiver.receive(
        RowBatch.rowShard(block, header),
        Block.of(
            ByteBuffer.allocate(DETAIL + detail.length)
                .put(Block.Kind.HELD.code())
                .putLong(RowBatch.rowPosition(block, header))
                .put(detail)
                .array()));
  }

  private static String detail(long millis, long otherMillis) {
    boolean later = millis > otherMillis;
    return "The change was made at "
        + Instant.ofEpochMilli(millis)
        + ", "
        + (later ? "later" : "earlier")
        + " than another of its row ("
        + Instant.ofEpochMilli(otherMillis)
        + "), but by its place in the source's log it is "
        + (later ? "not later" : "not earlier")
        + ": another log of the source has begun, as after a failover or a restored backup. If that is so, say from"
        + " when on it counts, an instant after the last change of the old log and not after the first of the new one,"
        + " such as 'debezium: {epochs: [\""
        + Instant.ofEpochMilli(Math.max(millis, otherMillis))
        + "\"]}', and deliver the changes again under a new file name.";
  }

  /** Position in its source of what was held back. */
  static long position(Block held) {
    return ByteBuffer.wrap(held.bytes()).getLong(Block.START);
  }

  /** Why it was held back. */
  static String detail(Block held) {
    byte[] bytes = held.bytes();
    return new String(bytes, DETAIL, bytes.length - DETAIL, StandardCharsets.UTF_8);
  }
}
