package org.beammedallion.transforms.raw;

import java.util.List;
import org.apache.beam.sdk.coders.DefaultCoder;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Some megabytes of records of one shard, as the source gave them. Immutable by agreement: nobody
 * writes into its arrays once it is made.
 *
 * @param source URI of the file, or topic and partition
 * @param shard number of the shard in the cycle's plan
 * @param header what precedes the records of a source and tells their fields, such as a CSV file's
 *     first line, or null
 * @param bytes holds the records, and whatever separates them
 * @param count number of records
 * @param starts where each record starts in {@code bytes}; at least {@code count} entries
 * @param lengths length of each record in bytes, without its separator
 * @param positions position of each record in its source, see {@link Provenance}
 * @param rejects records that could not even be read whole; they are not among {@code count}
 * @param fields what each record has beside its value, where the source is a stream; of at least
 *     {@code count} messages, or null
 * @param encoding of the source, where these records were turned into UTF-8 from another; else null
 * @param landed with the last batch of a shard: what became of the shard; else null
 */
@DefaultCoder(RawBatchCoder.class)
@SuppressWarnings("ArrayRecordComponent") // Batches are never compared.
public record RawBatch(
    String source,
    int shard,
    byte @Nullable [] header,
    byte[] bytes,
    int count,
    int[] starts,
    int[] lengths,
    long[] positions,
    List<DeadLetter> rejects,
    @Nullable Landed landed,
    @Nullable PackedFields fields,
    @Nullable String encoding) {

  /** A batch that is not the last of its shard. */
  public RawBatch(
      String source,
      int shard,
      byte @Nullable [] header,
      byte[] bytes,
      int count,
      int[] starts,
      int[] lengths,
      long[] positions,
      List<DeadLetter> rejects) {
    this(
        source, shard, header, bytes, count, starts, lengths, positions, rejects, null, null, null);
  }

  /** The same batch, whose records are messages of a stream. */
  public RawBatch withFields(PackedFields all) {
    return new RawBatch(
        source, shard, header, bytes, count, starts, lengths, positions, rejects, landed, all,
        encoding);
  }

  /** The same batch with another header. */
  public RawBatch withHeader(byte[] other) {
    return new RawBatch(
        source, shard, other, bytes, count, starts, lengths, positions, rejects, landed, fields,
        encoding);
  }

  /** The same batch, whose records the source has in another encoding than UTF-8. */
  public RawBatch withEncoding(@Nullable String sourceEncoding) {
    return new RawBatch(
        source,
        shard,
        header,
        bytes,
        count,
        starts,
        lengths,
        positions,
        rejects,
        landed,
        fields,
        sourceEncoding);
  }

  /** The batch without records that closes a shard. */
  public static RawBatch closing(Landed landed) {
    return new RawBatch(
        landed.source(),
        landed.shard(),
        null,
        new byte[0],
        0,
        new int[0],
        new int[0],
        new long[0],
        List.of(),
        landed,
        null,
        null);
  }

  /**
   * Whether the source could not be read to its end: until records are decoded, only what is left
   * of such a source is malformed.
   */
  public boolean breaksOff() {
    return rejects.stream().anyMatch(reject -> reject.reason() == Reason.MALFORMED);
  }

  /** The same batch with at most so many of its records, from the first. */
  public RawBatch first(int records) {
    return records >= count
        ? this
        : new RawBatch(
            source, shard, header, bytes, records, starts, lengths, positions, rejects, landed,
            fields, encoding);
  }

  /**
   * The same batch with some of its records.
   *
   * @param records their numbers, ascending
   */
  public RawBatch only(int[] records) {
    int[] from = new int[records.length];
    int[] sizes = new int[records.length];
    long[] places = new long[records.length];
    for (int i = 0; i < records.length; i++) {
      from[i] = starts[records[i]];
      sizes[i] = lengths[records[i]];
      places[i] = positions[records[i]];
    }
    return new RawBatch(
        source,
        shard,
        header,
        bytes,
        records.length,
        from,
        sizes,
        places,
        rejects,
        landed,
        fields == null ? null : fields.only(records),
        encoding);
  }

  public Provenance provenance(int record) {
    return new Provenance(source, shard, positions[record]);
  }

  /** What a record has beside its value; {@link MessageFields#NONE} where it is no message. */
  public MessageFields message(int record) {
    return fields == null ? MessageFields.NONE : fields.get(record);
  }

  /** False for a tombstone; a record that is no message has a value. */
  public boolean hasValue(int record) {
    return fields == null || fields.hasValue(record);
  }

  /** A copy of one record's bytes. */
  public byte[] payload(int record) {
    return java.util.Arrays.copyOfRange(bytes, starts[record], starts[record] + lengths[record]);
  }
}
