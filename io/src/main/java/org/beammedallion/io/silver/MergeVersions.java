package org.beammedallion.io.silver;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.WriteRangeFn;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Puts new versions to those of their keys: stages the ranges of keys again that get new ones.
 * Bounded. Idempotent like {@link StageSilver}.
 */
public final class MergeVersions extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param log the table
   * @param key by which it lies, of its whole rows
   * @param ranges of its keys
   * @param incoming files of new versions in the table's folder, which are not the table's
   * @param resultUri where the result is written
   */
  public record Settings(
      VersionLog log, RowKey key, KeyRanges ranges, List<DataFile> incoming, String resultUri)
      implements Serializable {}

  private final Settings settings;

  private MergeVersions(Settings settings) {
    this.settings = settings;
  }

  public static MergeVersions of(Settings settings) {
    return new MergeVersions(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    List<DataFile> read = new ArrayList<>(settings.ranges().spread());
    settings.incoming().forEach(file -> read.add(file.withoutStatistics()));
    return begin
        .apply("Files", Create.of(read).withCoder(SerializableCoder.of(DataFile.class)))
        .apply(
            "Read versions",
            ReadKeyed.of(
                new ReadKeyed.Settings(
                    settings.log().target().folder(),
                    settings.key(),
                    Block.Kind.ROWS,
                    settings.ranges())))
        .apply("Group by range", GroupByKey.create())
        .apply("Merge", ParDo.of(new MergeFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private static final class MergeFn extends WriteRangeFn {

    MergeFn(Settings settings) {
      super(
          settings.log().target(),
          settings.ranges(),
          settings.log().target().folder(),
          settings.key().layout().schema(),
          Block.Kind.ROWS);
    }

    @Override
    protected Rows begin(StagedFiles files) {
      long[] count = {0};
      return new Rows() {
        @Override
        public void add(Block block) throws IOException {
          byte[] bytes = block.bytes();
          for (int header = Block.START;
              header < bytes.length;
              header = RowBatch.next(bytes, header)) {
            files.write(bytes, header + RowBatch.HEADER, null, 0);
            count[0]++;
          }
        }

        @Override
        public long finish() {
          return count[0];
        }
      };
    }

    @Override
    protected List<String> replaced(List<DataFile> own) {
      return own.stream().map(DataFile::path).toList();
    }
  }
}
