package org.beammedallion.pipelines.sample;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.beammedallion.io.parquet.source.SourceRows;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.source.registry.SchemaLookup;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Records of a pipeline's source as a run would read, decode and check them, whether a cycle has
 * taken them or not. Keeps nothing and writes nothing. The records are the first ones of some files
 * that lie evenly among all, so the same sample is read each time.
 *
 * @param files how many files were looked at
 * @param refused files that a run would refuse as a whole
 * @param warnings about files
 */
public record SourceSample(int files, List<RefusedFile> refused, List<String> warnings) {

  /** More files than that tell little more, and each takes time to open. */
  private static final int MOST_FILES = 20;

  public SourceSample {
    refused = List.copyOf(refused);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads a sample.
   *
   * @param lake see {@link Sources#of}
   * @param records how many are wanted at most; where batches are larger, some more may be read
   * @param each takes the rows and dead letters, batch by batch
   * @throws IOException where the source cannot be listed or read
   */
  public static SourceSample read(
      PipelineDefinition definition,
      @Nullable LakeLayout lake,
      long records,
      Consumer<RowBatch> each)
      throws IOException {
    // What was lost long ago is no matter of a sample.
    Source source = Sources.of(definition, lake).onDataLoss(DataLoss.CONTINUE);
    SourcePlan plan =
        source.plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()));
    plan.requireThere();
    List<Shard> files = evenly(firstOfEachFile(plan.shards()));
    Reader reader = new Reader(source, definition, each);
    long left = records;
    for (int i = 0; i < files.size() && left > 0; i++) {
      left -= reader.read(files.get(i), Math.max(1, left / (files.size() - i)));
    }
    return new SourceSample(files.size(), reader.refused, reader.warnings);
  }

  private static List<Shard> firstOfEachFile(List<Shard> shards) {
    List<Shard> first = new ArrayList<>();
    for (Shard shard : shards) {
      if (first.isEmpty() || !first.get(first.size() - 1).uri().equals(shard.uri())) {
        first.add(shard);
      }
    }
    return first;
  }

  private static List<Shard> evenly(List<Shard> files) {
    if (files.size() <= MOST_FILES) {
      return files;
    }
    List<Shard> some = new ArrayList<>();
    for (long i = 0; i < MOST_FILES; i++) {
      some.add(files.get((int) (i * (files.size() - 1) / (MOST_FILES - 1))));
    }
    return some;
  }

  private static final class Reader {
    private final Source source;
    private final PipelineDefinition definition;
    private final Consumer<RowBatch> each;
    private final List<RefusedFile> refused = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Reader(Source source, PipelineDefinition definition, Consumer<RowBatch> each) {
      this.source = source;
      this.definition = definition;
      this.each = each;
    }

    /** Returns how many records were read. */
    long read(Shard shard, long wanted) throws IOException {
      try {
        return Sources.isTyped(definition.source())
            ? readColumns(shard, wanted)
            : readRecords(shard, wanted);
      } catch (RefusedFileException e) {
        refused.add(new RefusedFile(shard.uri(), shard.storedBytes(), null, "", e.why()));
      } catch (FileNotFoundException e) {
        warnings.add(shard.uri() + " has vanished.");
      }
      return 0;
    }

    private long readColumns(Shard shard, long wanted) throws IOException {
      TypedDecoder decoder = Sources.typedDecoder(definition);
      long read = 0;
      try (SourceRows rows = SourceRows.open(shard, decoder)) {
        for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
          read += batch.read();
          each.accept(batch);
          if (read >= wanted) {
            break;
          }
        }
        note(shard, rows.warning());
      }
      return read;
    }

    private long readRecords(Shard shard, long wanted) throws IOException {
      RecordDecoder decoder = Sources.decoder(definition);
      SchemaLookup schemas = Sources.schemas(definition, null);
      long read = 0;
      try (RawBatches records = source.open(shard, BlockSink.NONE)) {
        for (RawBatch raw = records.next(); raw != null; raw = records.next()) {
          RawBatch first = raw.first((int) Math.min(wanted - read, raw.count()));
          RowBatch batch = decoder.decode(schemas == null ? first : schemas.in(first));
          read += batch.read();
          each.accept(batch);
          if (read >= wanted) {
            return read;
          }
        }
        note(shard, records.warning());
      }
      return read;
    }

    private void note(Shard shard, @Nullable String warning) {
      if (warning != null) {
        warnings.add(shard.uri() + " " + warning);
      }
    }
  }
}
