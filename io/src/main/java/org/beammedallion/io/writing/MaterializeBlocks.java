package org.beammedallion.io.writing;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeyTally;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes a cycle's blocks to storage, so that the files of the table can be chosen by the keys
 * before anything is compared with them, and one {@link MaterializedBlocks} that says where they
 * are. Bounded. Idempotent: a repeat writes other files, and only those that the result names are
 * read.
 */
public final class MaterializeBlocks
    extends PTransform<PCollection<KV<Destination, Block>>, PCollection<String>> {

  /**
   * @param prefix of the files' URIs
   * @param resultUri where the result is written
   */
  public record Settings(RowKey key, KeyLanes lanes, String prefix, String resultUri)
      implements Serializable {}

  private final Settings settings;

  private MaterializeBlocks(Settings settings) {
    this.settings = settings;
  }

  public static MaterializeBlocks of(Settings settings) {
    return new MaterializeBlocks(settings);
  }

  @Override
  public PCollection<String> expand(PCollection<KV<Destination, Block>> blocks) {
    return blocks
        .apply("Write blocks", ParDo.of(new WriteFn(settings)))
        .setCoder(WriteResult.blocks())
        .apply("Result", WriteResult.ofBlocks(settings.resultUri()));
  }

  private static final class WriteFn extends DoFn<KV<Destination, Block>, MaterializedBlocks> {
    private final Settings settings;
    private transient @Nullable Part part;

    WriteFn(Settings settings) {
      this.settings = settings;
    }

    @StartBundle
    public void start() {
      part = null;
    }

    @ProcessElement
    public void process(@Element KV<Destination, Block> element) throws IOException {
      Part open = part;
      if (open == null) {
        open = new Part(settings);
        part = open;
      }
      open.write(element.getKey(), element.getValue());
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      Part open = part;
      if (open != null) {
        context.output(open.finish(), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
        part = null;
      }
    }

    @Teardown
    public void tearDown() {
      if (part != null) {
        part.close();
      }
    }
  }

  /** The files of one bundle. Not thread-safe. */
  private static final class Part implements AutoCloseable {
    private final RowKey key;
    private final String blocksUri;
    private final String hashesUri;
    private final BlockFile.Writer blocks;
    private final AtomicOutput hashOutput;
    private final DataOutputStream hashes;
    private final KeyTally tally;
    private long keys;

    Part(Settings settings) throws IOException {
      key = settings.key();
      String name = settings.prefix() + "." + UUID.randomUUID();
      blocksUri = name + ".blocks";
      hashesUri = name + ".hashes";
      tally = new KeyTally(settings.lanes());
      blocks = new BlockFile.Writer(blocksUri);
      hashOutput = Storage.of(hashesUri).create(hashesUri);
      hashes = new DataOutputStream(new BufferedOutputStream(hashOutput, 1 << 16));
    }

    void write(Destination destination, Block written) throws IOException {
      blocks.write(destination, written);
      if (!(written instanceof Block.Rows)) {
        return;
      }
      byte[] block = written.bytes();
      for (int header = Block.START; header < block.length; header = RowBatch.next(block, header)) {
        int row = header + RowBatch.HEADER;
        hashes.writeLong(key.hash(block, row));
        tally.add(block, row);
        keys++;
      }
    }

    MaterializedBlocks finish() throws IOException {
      blocks.finish();
      hashes.flush();
      hashOutput.close();
      return new MaterializedBlocks(List.of(blocksUri), List.of(hashesUri), keys, tally.ranges());
    }

    @Override
    public void close() {
      blocks.close();
      hashOutput.abort();
    }
  }
}
