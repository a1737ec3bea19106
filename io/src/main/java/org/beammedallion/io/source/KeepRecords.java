package org.beammedallion.io.source;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.BatchFigures;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.FieldCounts;

/**
 * The end of a pipeline that only keeps records in bronze: reports what {@link LandShards} has
 * landed. Bounded.
 */
public final class KeepRecords extends PTransform<PCollection<RawBatch>, PCollection<String>> {

  private final String resultUri;

  private KeepRecords(String resultUri) {
    this.resultUri = resultUri;
  }

  /**
   * @param resultUri where the result is written
   */
  public static KeepRecords of(String resultUri) {
    return new KeepRecords(resultUri);
  }

  @Override
  public PCollection<String> expand(PCollection<RawBatch> records) {
    return records
        .apply("Landed shards", ParDo.of(new ReportFn()))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(resultUri));
  }

  private static final class ReportFn extends DoFn<RawBatch, StageResult> {

    @ProcessElement
    public void process(@Element RawBatch batch, OutputReceiver<StageResult> output) {
      Landed landed = batch.landed();
      if (landed != null) {
        output.output(
            StageResult.of(
                new BatchFigures(0, 0, new long[0], List.of(kept(landed)), FieldCounts.NONE)));
      }
    }

    /** Of a refused file nothing goes on, unlike where its records are read as they are landed. */
    private static Landed kept(Landed landed) {
      return landed.refused() == null
          ? landed
          : Landed.refused(landed.shard(), landed.source(), 0, landed.refused());
    }
  }
}
