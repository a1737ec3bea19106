package org.beammedallion.io.star;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.star.DimensionLookup;
import org.beammedallion.transforms.star.FactPlan;

/** Fills in what the wide rows of a bucket take from a dimension. */
final class FactJoin implements Serializable {

  private static final long serialVersionUID = 1L;

  private final FactPlan plan;
  private final int number;

  /**
   * @param number of the plan's join
   */
  FactJoin(FactPlan plan, int number) {
    this.plan = plan;
    this.number = number;
  }

  /** Takes a wide row. */
  @FunctionalInterface
  interface Receiver {
    /**
     * @param builder which is used again; the row is its last
     * @param header where the row's header starts
     */
    void take(RowBuilder builder, int header) throws IOException;
  }

  /** Hands each wide row of a bucket on, filled. */
  void join(Iterable<Block> bucket, Receiver receiver) throws IOException {
    FactPlan.Join join = plan.joins().get(number);
    DimensionLookup lookup = new DimensionLookup(join);
    List<byte[]> facts = new ArrayList<>();
    for (Block block : bucket) {
      if (block instanceof Block.Dimension) {
        lookup.add(block.bytes(), Block.START);
      } else {
        facts.add(block.bytes());
      }
    }
    RowBuilder builder = new RowBuilder(1 << 10);
    for (byte[] block : facts) {
      for (int header = Block.START; header < block.length; header = RowBatch.next(block, header)) {
        int row = header + RowBatch.HEADER;
        builder.truncate(0);
        int start = RowBatch.beginHeader(builder, 0, 0);
        plan.fill(join, lookup, block, row, builder);
        RowBatch.endHeader(builder, start);
        receiver.take(builder, start);
      }
    }
  }
}
