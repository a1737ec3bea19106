package org.beammedallion.io.source;

import java.io.IOException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * The records that a manifest names, in batches, as {@link LandShards} passed them on when it kept
 * them; the last batch of a shard tells what was landed. Bounded. Gives the same records whenever
 * it is run.
 */
public final class ReadLanded extends PTransform<PBegin, PCollection<RawBatch>> {

  private final transient BronzeManifest manifest;
  private final UnreadFiles unread;
  private final int maxRecordBytes;

  private ReadLanded(BronzeManifest manifest, UnreadFiles unread, int maxRecordBytes) {
    this.manifest = manifest;
    this.unread = unread;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * @param unread files of which no record is given
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  public static ReadLanded of(BronzeManifest manifest, UnreadFiles unread, int maxRecordBytes) {
    return new ReadLanded(manifest, unread, maxRecordBytes);
  }

  @Override
  public PCollection<RawBatch> expand(PBegin begin) {
    return begin
        .apply(
            "Manifest", Create.of(manifest.landed()).withCoder(SerializableCoder.of(Landed.class)))
        .apply("Read bronze", ParDo.of(new ReadFn(unread, maxRecordBytes)))
        .setCoder(RawBatchCoder.of());
  }

  private static final class ReadFn extends DoFn<Landed, RawBatch> {
    private final UnreadFiles unread;
    private final int maxRecordBytes;

    ReadFn(UnreadFiles unread, int maxRecordBytes) {
      this.unread = unread;
      this.maxRecordBytes = maxRecordBytes;
    }

    @ProcessElement
    public void process(@Element Landed landed, OutputReceiver<RawBatch> output)
        throws IOException {
      String why = unread.refused().get(landed.source());
      if (why != null) {
        output.output(RawBatch.closing(Landed.refused(landed.shard(), landed.source(), 0, why)));
        return;
      }
      if (unread.gone().contains(landed.source())) {
        output.output(RawBatch.closing(ShardLanding.vanished(landed.shard(), landed.source(), 0)));
        return;
      }
      if (landed.bronzeFile() != null) {
        try (BronzeBatches batches =
            new BronzeBatches(
                BronzeRecords.open(landed.bronzeFile()), landed.shard(), maxRecordBytes)) {
          for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
            output.output(batch);
          }
        }
      }
      output.output(RawBatch.closing(landed));
    }
  }
}
