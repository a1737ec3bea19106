package org.beammedallion.io.writing;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;

/** Reads the blocks that {@link MaterializeBlocks} wrote. Bounded. */
public final class ReadBlocks extends PTransform<PBegin, PCollection<KV<Destination, Block>>> {

  private final List<String> files;

  private ReadBlocks(List<String> files) {
    this.files = files;
  }

  public static ReadBlocks of(List<String> files) {
    return new ReadBlocks(List.copyOf(files));
  }

  @Override
  public PCollection<KV<Destination, Block>> expand(PBegin begin) {
    return begin
        .apply("Files", Create.of(files).withCoder(StringUtf8Coder.of()))
        .apply("Read", ParDo.of(new ReadFn()))
        .setCoder(BlockCoder.addressed());
  }

  private static final class ReadFn extends DoFn<String, KV<Destination, Block>> {
    @ProcessElement
    public void process(@Element String file, OutputReceiver<KV<Destination, Block>> output)
        throws IOException {
      BlockFile.read(file, (destination, block) -> output.output(KV.of(destination, block)));
    }
  }
}
