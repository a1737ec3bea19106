package org.beammedallion.io.silver;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeFiles;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.writing.PartCoder;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.UniqueColumns;
import org.jspecify.annotations.Nullable;

/**
 * From blocks of rows by bucket to files that wait for their commit: keeps the latest row of each
 * key, writes data files and dead letters, rewrites those files of the table whose rows are
 * replaced, and adds up one {@link org.beammedallion.io.writing.StageResult}, which it writes to a
 * file for the driver. Bounded. Idempotent: data files of a repeat have other names, and only those
 * that the result names are ever committed.
 */
public final class StageSilver
    extends PTransform<PCollection<KV<Destination, Block>>, PCollection<String>> {

  /**
   * @param key what tells rows apart, or null where every row stays
   * @param tombstones how deletes are remembered, or null where there are none
   * @param versions how every version is kept, or null where only the latest is
   * @param resultUri where the result is written
   */
  public record Settings(
      TableTarget target,
      @Nullable RowKey key,
      EventTime eventTime,
      Regrouping regrouping,
      Existing existing,
      QuarantineFiles quarantine,
      @Nullable Tombstones tombstones,
      @Nullable VersionLog versions,
      Unique unique,
      String resultUri)
      implements Serializable {}

  /**
   * In which event times rows of the table come and go.
   *
   * @param field its position, or -1
   * @param paneMicros width of the panes in which it is told
   */
  public record EventTime(int field, long paneMicros) implements Serializable {}

  /**
   * Whether rows are shuffled once more, by partition, so that many partitions do not become many
   * small files.
   *
   * @param splits how many parts of a partition may be written side by side
   */
  public record Regrouping(boolean isNeeded, int splits) implements Serializable {}

  /**
   * What the table has.
   *
   * @param files whose rows may be replaced, by the numbers under which references name them
   * @param marks how rows of these files are marked as deleted, or null where the files are written
   *     again
   */
  public record Existing(List<DataFile> files, @Nullable RowDeleteRules marks)
      implements Serializable {}

  /**
   * Columns whose repeated values are counted among the published rows.
   *
   * @param parts into how many parts their values go
   */
  public record Unique(List<UniqueColumns> columns, int parts) implements Serializable {}

  private final Settings settings;
  private final @Nullable HeldRecords held;

  private StageSilver(Settings settings, @Nullable HeldRecords held) {
    this.settings = settings;
    this.held = held;
  }

  public static StageSilver of(Settings settings) {
    return new StageSilver(settings, null);
  }

  /**
   * The same with changes held back whose order is not known: as dead letters, whose bytes are read
   * from bronze.
   */
  public StageSilver holdingBack(BronzeFiles bronze) {
    return new StageSilver(settings, new HeldRecords(bronze, settings.quarantine()));
  }

  @Override
  public PCollection<String> expand(PCollection<KV<Destination, Block>> blocks) {
    return blocks
        .apply("Group by bucket", GroupByKey.create())
        .apply("Keep latest", ParDo.of(new StageBucketFn(settings, held != null)))
        .setCoder(KvCoder.of(PartCoder.of(), BlockCoder.of()))
        .apply("Group by partition", GroupByKey.create())
        .apply("Write partitions", ParDo.of(new StagePartitionFn(settings, held)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }
}
