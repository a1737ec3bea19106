package org.beammedallion.transforms.block;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.bytes.Wire;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.LandedCoder;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * The figures of some batches, added up.
 *
 * @param rows number of rows in them
 * @param ignored number of records that say nothing of a row
 * @param measures one figure for each rule that is measured over the cycle
 * @param landed the shards that ended with one of them
 * @param unknown values of fields that the contract does not know, which the rows are without
 */
@SuppressWarnings("ArrayRecordComponent") // Figures are never compared.
public record BatchFigures(
    long rows, long ignored, long[] measures, List<Landed> landed, FieldCounts unknown) {

  public static final BatchFigures NONE =
      new BatchFigures(0, 0, new long[0], List.of(), FieldCounts.NONE);

  public BatchFigures plus(RowBatch batch) {
    @Nullable Landed last = batch.landed();
    return plus(
        new BatchFigures(
            batch.count(),
            batch.ignored(),
            batch.measures(),
            last == null ? List.of() : List.of(last),
            batch.unknown()));
  }

  public BatchFigures plus(BatchFigures other) {
    long[] longer = measures.length >= other.measures.length ? measures : other.measures;
    long[] shorter = measures.length >= other.measures.length ? other.measures : measures;
    long[] sums = longer.clone();
    for (int i = 0; i < shorter.length; i++) {
      sums[i] += shorter[i];
    }
    List<Landed> shards = landed;
    if (!other.landed.isEmpty()) {
      shards = new ArrayList<>(landed);
      shards.addAll(other.landed);
    }
    return new BatchFigures(
        rows + other.rows, ignored + other.ignored, sums, shards, unknown.plus(other.unknown));
  }

  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Wire.writeLong(out, rows);
      Wire.writeLong(out, ignored);
      Wire.writeInt(out, measures.length);
      Wire.writeLongs(out, measures, measures.length);
      Wire.writeInt(out, landed.size());
      for (Landed shard : landed) {
        LandedCoder.encode(shard, out);
      }
      unknown.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Reads them, and nothing of what stands behind them. */
  public static BatchFigures decode(InputStream in) {
    try {
      long rows = Wire.readLong(in);
      long ignored = Wire.readLong(in);
      long[] measures = Wire.readLongs(in, Wire.readInt(in));
      int count = Wire.readInt(in);
      List<Landed> landed = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Landed shard = LandedCoder.decode(in);
        if (shard != null) {
          landed.add(shard);
        }
      }
      return new BatchFigures(rows, ignored, measures, landed, FieldCounts.read(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
