package org.beammedallion.transforms.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.DefaultCoder;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.Landed;
import org.jspecify.annotations.Nullable;

/**
 * Decoded rows of one shard, with the records that were rejected on the way and the figures of
 * both. Immutable by agreement: nobody writes into its arrays once it is made.
 *
 * <p>In {@code bytes} the rows follow each other, each behind a header of {@link #HEADER} bytes:
 * length of the row (4 bytes), number of its shard (4), position in its source (8), little-endian.
 * The rows are of the {@link RowLayout} of the pipeline's schema. The sign of the shard's number
 * marks a delete: such a row holds the key and the sequence of the row that is gone, and null
 * otherwise.
 *
 * @param length how much of {@code bytes} is used
 * @param count number of rows
 * @param read number of records that these rows and rejects were made of
 * @param ignored number of records that say nothing of a row
 * @param rejects dead letters, in order of position
 * @param measures one figure for each rule that is measured over the cycle, in the order of the
 *     rules
 * @param landed with the last batch of a shard: what became of the shard; else null
 * @param unknown values of fields that the contract does not know, which the rows are without
 */
@DefaultCoder(RowBatchCoder.class)
@SuppressWarnings("ArrayRecordComponent") // Batches are never compared.
public record RowBatch(
    int shard,
    byte[] bytes,
    int length,
    int count,
    long read,
    long ignored,
    List<DeadLetter> rejects,
    long[] measures,
    @Nullable Landed landed,
    FieldCounts unknown) {

  /** Bytes before each row. */
  public static final int HEADER = 16;

  private static final int SHARD_MASK = Integer.MAX_VALUE;
  private static final byte DELETE_BIT = (byte) 0x80;
  private static final int SIGN_BYTE = 7;

  /** A batch that is not the last of its shard, and in which every record is a row or rejected. */
  public RowBatch(
      int shard,
      byte[] bytes,
      int length,
      int count,
      long read,
      List<DeadLetter> rejects,
      long[] measures) {
    this(shard, bytes, length, count, read, 0, rejects, measures, null, FieldCounts.NONE);
  }

  /** The batch without records that closes a shard. */
  public static RowBatch closing(Landed landed) {
    return new RowBatch(landed.shard(), new byte[0], 0, 0, 0, List.of(), new long[0])
        .withLanded(landed);
  }

  /** The same rows, as the last batch of their shard. */
  public RowBatch withLanded(Landed shardLanded) {
    return new RowBatch(
        shard, bytes, length, count, read, ignored, rejects, measures, shardLanded, unknown);
  }

  /** The same rows, with further records that say nothing of a row. */
  public RowBatch withIgnored(long records) {
    return new RowBatch(
        shard,
        bytes,
        length,
        count,
        read + records,
        ignored + records,
        rejects,
        measures,
        landed,
        unknown);
  }

  /**
   * These rows and more of the same shard, which the rules of a cycle do not measure.
   *
   * @param more is not the last of the shard
   */
  public RowBatch plus(RowBatch more) {
    byte[] all = Arrays.copyOf(bytes, length + more.length);
    System.arraycopy(more.bytes, 0, all, length, more.length);
    List<DeadLetter> letters = new ArrayList<>(rejects);
    letters.addAll(more.rejects);
    letters.sort(Comparator.comparingLong(letter -> letter.provenance().position()));
    return new RowBatch(
        shard,
        all,
        all.length,
        count + more.count,
        read + more.read,
        ignored + more.ignored,
        List.copyOf(letters),
        measures,
        landed,
        unknown.plus(more.unknown));
  }

  /** The same rows with other rejects, as many as before. */
  public RowBatch withRejects(List<DeadLetter> others) {
    return new RowBatch(
        shard, bytes, length, count, read, ignored, others, measures, landed, unknown);
  }

  /** Writes a row's header with the length left open; returns where the header starts. */
  public static int beginHeader(RowBuilder builder, int shard, long position) {
    int header = builder.length();
    builder.appendInt(0);
    builder.appendInt(shard);
    builder.appendLong(position);
    return header;
  }

  /** Completes the header of the row that ends where the builder stands. */
  public static void endHeader(RowBuilder builder, int header) {
    builder.putInt(header, builder.length() - header - HEADER);
  }

  /** Length of the row whose header starts at {@code header}. */
  public static int rowLength(byte[] bytes, int header) {
    return (int) RowLayout.INT.get(bytes, header);
  }

  public static int rowShard(byte[] bytes, int header) {
    return (int) RowLayout.INT.get(bytes, header + 4) & SHARD_MASK;
  }

  /** Whether the row says that the row with its key is gone. */
  public static boolean isDelete(byte[] bytes, int header) {
    return bytes[header + SIGN_BYTE] < 0;
  }

  /** Marks the row whose header starts at {@code header} as a delete. */
  public static void markDelete(byte[] bytes, int header) {
    bytes[header + SIGN_BYTE] |= DELETE_BIT;
  }

  public static long rowPosition(byte[] bytes, int header) {
    return (long) RowLayout.LONG.get(bytes, header + 8);
  }

  /** Where the header of the next row starts. */
  public static int next(byte[] bytes, int header) {
    return header + HEADER + rowLength(bytes, header);
  }
}
