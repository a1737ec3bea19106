package org.beammedallion.io.silver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.writing.DeleteResult;
import org.beammedallion.io.writing.Part;
import org.beammedallion.io.writing.PartitionBlocks;
import org.beammedallion.io.writing.RowFigures;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableChange;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.Bucket;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the latest row of each key of a bucket and writes it, or sends it on to where its partition
 * is written. Files stay open for the whole bundle, so that many buckets make few files. What it
 * emits goes to {@link Part}s.
 */
final class StageBucketFn extends DoFn<KV<Destination, Iterable<Block>>, KV<Part, Block>> {

  private final StageSilver.Settings settings;
  private final boolean holdsBack;
  private final RowLayout layout;
  private transient boolean started;
  private transient StagedFiles files;
  private transient PartitionBlocks blocks;
  private transient @Nullable TombstoneFiles tombstoneFiles;
  private transient VersionFiles versions;
  private transient UniqueBlocks unique;
  private transient TouchedPanes.Collector touched;
  private transient StageResult result;

  /**
   * @param holdsBack whether changes whose order is not known are sent on as dead letters
   */
  StageBucketFn(StageSilver.Settings settings, boolean holdsBack) {
    this.settings = settings;
    this.holdsBack = holdsBack;
    this.layout = RowLayout.of(settings.target().schema());
  }

  @StartBundle
  public void start() {
    started = true;
    files = new StagedFiles(settings.target());
    blocks = new PartitionBlocks(settings.target());
    Tombstones tombstones = settings.tombstones();
    tombstoneFiles =
        tombstones == null || settings.key() == null
            ? null
            : new TombstoneFiles(settings.key(), tombstones);
    versions = new VersionFiles(layout, settings.versions());
    unique = new UniqueBlocks(settings.unique().columns(), settings.unique().parts());
    touched = new TouchedPanes.Collector(settings.eventTime().paneMicros());
    result = StageResult.NONE;
  }

  @ProcessElement
  public void process(
      @Element KV<Destination, Iterable<Block>> element, OutputReceiver<KV<Part, Block>> output)
      throws IOException {
    int number = element.getKey().number();
    switch (element.getKey().kind()) {
      case FIGURES -> {
        for (Block block : element.getValue()) {
          if (block instanceof Block.Figures figures) {
            long duplicates = figures.duplicates();
            result =
                result
                    .plus(StageResult.of(figures.figures()))
                    .plus(StageResult.of(new RowFigures(duplicates, 0, duplicates, 0)));
          }
        }
      }
      case DEAD_LETTERS -> {
        List<DeadLetter> letters = new ArrayList<>();
        for (Block block : element.getValue()) {
          if (block instanceof Block.DeadLetters some) {
            letters.addAll(some.letters());
          }
        }
        result =
            result.plus(StageResult.ofQuarantine(settings.quarantine().write(number, letters)));
      }
      case BUCKET -> stage(number, element.getValue(), output);
    }
  }

  private void stage(
      int bucketNumber, Iterable<Block> incoming, OutputReceiver<KV<Part, Block>> output)
      throws IOException {
    RowKey key = settings.key();
    Figures figures = new Figures();
    if (key == null) {
      for (Block each : incoming) {
        byte[] block = each.bytes();
        versions.add(block, Block.START);
        for (int header = Block.START;
            header < block.length;
            header = RowBatch.next(block, header)) {
          figures.keyed++;
          publish(block, header, bucketNumber, output, figures);
        }
      }
    } else {
      Bucket bucket = new Bucket(key);
      List<byte[]> rows = new ArrayList<>();
      List<byte[]> references = new ArrayList<>();
      List<byte[]> deletes = new ArrayList<>();
      for (Block block : incoming) {
        if (block instanceof Block.Rows) {
          rows.add(block.bytes());
        } else if (block instanceof Block.Tombstones) {
          deletes.add(block.bytes());
        } else {
          references.add(block.bytes());
        }
      }
      HeldChanges held =
          new HeldChanges(key, (shard, change) -> output.output(KV.of(Part.held(shard), change)));
      if (holdsBack) {
        rows = held.holdBack(rows, StageResult.joined(references, deletes));
      }
      for (byte[] block : rows) {
        versions.add(block, Block.START);
        bucket.add(block, Block.START, block.length);
      }
      figures.keyed = bucket.added() + held.count();
      figures.duplicate = bucket.duplicates();
      for (byte[] block : deletes) {
        compareWithDeletes(bucket, key, block, figures);
      }
      references.forEach(block -> compareWithTable(bucket, key, block, output, figures));
      bucket.forEach(
          (bytes, header) -> {
            if (RowBatch.isDelete(bytes, header)) {
              remember(bytes, header, figures);
            } else {
              publish(bytes, header, bucketNumber, output, figures);
            }
          });
    }
    result = result.plus(figures.asResult());
  }

  /** Figures of one bucket. */
  private static final class Figures {
    private long keyed;
    private long published;
    private long duplicate;
    private long replaced;
    private long deletes;
    private long deletedRows;

    StageResult asResult() {
      return StageResult.of(new RowFigures(keyed, published, duplicate, replaced))
          .plus(new DeleteResult(deletes, deletedRows, List.of(), List.of()));
    }
  }

  /** A change that is not later than the delete of its row has come too late. */
  private void compareWithDeletes(Bucket bucket, RowKey key, byte[] deletes, Figures figures)
      throws IOException {
    Tombstones tombstones = settings.tombstones();
    for (int header = Block.START;
        header < deletes.length;
        header = RowBatch.next(deletes, header)) {
      int delete = header + RowBatch.HEADER;
      if (tombstoneFiles != null && tombstones != null && tombstones.rewrite()) {
        tombstoneFiles.keep(deletes, header);
      }
      int found = bucket.find(deletes, delete);
      if (found >= 0) {
        byte[] bytes = bucket.block(found);
        int own = bucket.header(found);
        int order = key.compareVersion(bytes, own + RowBatch.HEADER, deletes, delete);
        if (order < 0 || (order == 0 && RowBatch.isDelete(bytes, own))) {
          bucket.remove(found);
          figures.duplicate++;
        }
      }
    }
  }

  private void remember(byte[] bytes, int header, Figures figures) {
    figures.deletes++;
    if (tombstoneFiles != null) {
      try {
        tombstoneFiles.add(bytes, header);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void compareWithTable(
      Bucket bucket,
      RowKey key,
      byte[] references,
      OutputReceiver<KV<Part, Block>> output,
      Figures figures) {
    for (int header = Block.START;
        header < references.length;
        header = RowBatch.next(references, header)) {
      int reference = header + RowBatch.HEADER;
      int found = bucket.find(references, reference);
      if (found < 0) {
        continue;
      }
      byte[] bytes = bucket.block(found);
      int own = bucket.header(found);
      Part file = Part.file(RowBatch.rowShard(references, header));
      long position = RowBatch.rowPosition(references, header);
      int order = key.compareVersion(bytes, own + RowBatch.HEADER, references, reference);
      boolean delete = RowBatch.isDelete(bytes, own);
      if (order > 0) {
        if (delete) {
          figures.deletedRows++;
        } else {
          figures.replaced++;
        }
        touch(references, reference);
        output.output(KV.of(file, FileChange.delete(position)));
      } else {
        bucket.remove(found);
        if (order < 0 || delete) {
          figures.duplicate++;
        } else {
          int length = RowBatch.HEADER + RowBatch.rowLength(bytes, own);
          output.output(KV.of(file, FileChange.challenge(position, bytes, own, length)));
        }
      }
    }
  }

  private void publish(
      byte[] bytes,
      int header,
      int bucket,
      OutputReceiver<KV<Part, Block>> output,
      Figures figures) {
    touch(bytes, header + RowBatch.HEADER);
    figures.published++;
    if (!settings.unique().columns().isEmpty()) {
      unique.add(bytes, header, (key, block) -> output.output(KV.of(key, block)));
    }
    if (settings.regrouping().isNeeded()) {
      int split = bucket % settings.regrouping().splits();
      blocks.add(
          bytes,
          header,
          (partition, block) -> output.output(KV.of(Part.partition(partition, split), block)));
    } else {
      try {
        files.write(bytes, header);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void touch(byte[] bytes, int row) {
    int eventTime = settings.eventTime().field();
    if (eventTime >= 0 && !layout.isNull(bytes, row, eventTime)) {
      touched.add(layout.timeAt(bytes, row, eventTime));
    }
  }

  @FinishBundle
  public void finish(FinishBundleContext context) throws IOException {
    unique.flush(
        (key, block) ->
            context.output(
                KV.of(key, block), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
    blocks.flush(
        (partition, block) ->
            context.output(
                KV.of(Part.partition(partition, 0), block),
                GlobalWindow.TIMESTAMP_MIN_VALUE,
                GlobalWindow.INSTANCE));
    StageResult whole =
        result.plus(
            StageResult.of(TableChange.ofFiles(files.finish(), touched.collected()))
                .plus(
                    new DeleteResult(
                        0,
                        0,
                        tombstoneFiles == null ? List.of() : tombstoneFiles.finish(),
                        List.of()))
                .withVersions(versions.finish()));
    context.output(
        KV.of(Part.RESULT, Block.Kind.RESULT.with(StagedJson.encode(whole))),
        GlobalWindow.TIMESTAMP_MIN_VALUE,
        GlobalWindow.INSTANCE);
  }

  @Teardown
  public void tearDown() {
    if (started) {
      files.close();
      versions.close();
      if (tombstoneFiles != null) {
        tombstoneFiles.close();
      }
    }
  }
}
