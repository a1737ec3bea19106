package org.beammedallion.io.parquet.source;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.jspecify.annotations.Nullable;

/**
 * A top-level column that the contract does not know: only which rows have a value in it counts,
 * and it is read only where the statistics of the row group do not tell. Not thread-safe.
 */
final class UnknownColumn {

  /** What is known of a row group. */
  private enum Presence {
    ALL,
    NONE,
    READ
  }

  private final ObjectPlan plan;
  private final Leaf leaf;
  private final int present;
  private final boolean always;
  private final byte[] name;
  private Presence presence = Presence.NONE;

  /**
   * @param descriptor of its first leaf
   * @param present definition level from which on there is a value
   * @param always whether the schema says that each row has a value
   */
  UnknownColumn(
      ObjectPlan plan, ColumnDescriptor descriptor, int present, boolean always, byte[] name) {
    this.plan = plan;
    this.leaf = new Leaf(descriptor);
    this.present = present;
    this.always = always;
    this.name = name;
  }

  /** Of its first leaf. */
  String[] path() {
    return leaf.descriptor.getPath();
  }

  /** Looks at a row group; the leaf that has to be read for it, or null. */
  @Nullable Leaf prepare(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    boolean flat = leaf.descriptor.getPath().length == 1;
    if (always) {
      presence = Presence.ALL;
    } else if (flat
        && statistics != null
        && statistics.isNumNullsSet()
        && (statistics.getNumNulls() == 0 || statistics.getNumNulls() == chunk.getValueCount())) {
      presence = statistics.getNumNulls() == 0 ? Presence.ALL : Presence.NONE;
    } else if (!isReadable(chunk.getCodec())) {
      // What cannot be looked at may well be there.
      presence = Presence.ALL;
    } else {
      presence = Presence.READ;
    }
    return presence == Presence.READ ? leaf : null;
  }

  static boolean isReadable(CompressionCodecName codec) {
    return switch (codec) {
      case BROTLI, LZO -> false;
      default -> true;
    };
  }

  /** Notes the value of a row, if it has one, and passes over it. */
  void note(TypedRecords records) {
    if (presence == Presence.ALL) {
      records.unknown(plan, name);
    } else if (presence == Presence.READ) {
      if (leaf.definition() >= present) {
        records.unknown(plan, name);
      }
      leaf.skip(0);
    }
  }
}
