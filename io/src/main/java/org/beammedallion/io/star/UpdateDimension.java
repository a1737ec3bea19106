package org.beammedallion.io.star;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteRangeFn;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.star.DimensionChanges;
import org.beammedallion.transforms.star.DimensionPlan;

/**
 * Brings a dimension without history up to date with the rows of silver that came and went, and
 * stages those ranges of its keys of which a row differs. Bounded. Idempotent like {@link
 * org.beammedallion.io.silver.StageSilver}.
 */
public final class UpdateDimension extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param key of the dimension's own rows
   * @param ranges of the dimension's own keys
   * @param silver folder of the silver table
   * @param gone files of silver that the dimension knows, which are replaced
   * @param come files of silver that took their place
   * @param resultUri where the result is written
   */
  public record Settings(
      DimensionPlan plan,
      RowKey key,
      KeyRanges ranges,
      String silver,
      List<DataFile> gone,
      List<DataFile> come,
      TableTarget target,
      String resultUri)
      implements Serializable {}

  private final Settings settings;

  private UpdateDimension(Settings settings) {
    this.settings = settings;
  }

  public static UpdateDimension of(Settings settings) {
    return new UpdateDimension(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    RowKey silver = settings.plan().key();
    return PCollectionList.of(
            read(begin, "Gone", settings.silver(), settings.gone(), silver, Block.Kind.REFERENCES))
        .and(read(begin, "Come", settings.silver(), settings.come(), silver, Block.Kind.ROWS))
        .and(
            read(
                begin,
                "Dimension",
                settings.target().folder(),
                settings.ranges().spread(),
                settings.key(),
                Block.Kind.DIMENSION))
        .apply("All rows", Flatten.pCollections())
        .apply("Group by range", GroupByKey.create())
        .apply("Write changed", ParDo.of(new WriteFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private PCollection<KV<Destination, Block>> read(
      PBegin begin, String name, String folder, List<DataFile> files, RowKey key, Block.Kind kind) {
    return begin
        .apply(name + " files", Create.of(files).withCoder(SerializableCoder.of(DataFile.class)))
        .apply(name, ReadKeyed.of(new ReadKeyed.Settings(folder, key, kind, settings.ranges())));
  }

  private static final class WriteFn extends WriteRangeFn {
    private final DimensionPlan plan;
    private final boolean isSpread;

    WriteFn(Settings settings) {
      super(
          settings.target(),
          settings.ranges(),
          settings.target().folder(),
          settings.plan().output(),
          Block.Kind.DIMENSION);
      this.plan = settings.plan();
      this.isSpread = !settings.ranges().spread().isEmpty();
    }

    @Override
    protected Rows begin(StagedFiles files) {
      DimensionChanges changes = new DimensionChanges(plan);
      return new Rows() {
        @Override
        public void add(Block block) {
          changes.add(block);
        }

        @Override
        public long finish() throws IOException {
          long changed = changes.compute();
          if (changed == 0 && !isSpread) {
            return LEFT;
          }
          changes.forEach((bytes, row, length) -> files.write(bytes, row, null, 0));
          return changed;
        }
      };
    }

    @Override
    protected List<String> replaced(List<DataFile> own) {
      return own.stream().map(DataFile::path).toList();
    }
  }
}
