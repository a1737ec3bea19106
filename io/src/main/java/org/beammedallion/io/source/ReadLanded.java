package org.beammedallion.io.source;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * The records that a manifest names, in batches, as {@link LandShards} passed them on when it kept
 * them; the last batch of a shard tells what was landed. Bounded. Gives the same records whenever
 * it is run.
 */
public final class ReadLanded extends PTransform<PCollection<Landed>, PCollection<RawBatch>> {

  private final Reader reader;

  private ReadLanded(Reader reader) {
    this.reader = reader;
  }

  /**
   * @param unread files of which no record is given
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  public static ReadLanded of(UnreadFiles unread, int maxRecordBytes) {
    return new ReadLanded(new Reader(unread, maxRecordBytes));
  }

  /** The same as a source of Beam, whose batches are not in memory together. */
  public PTransform<PBegin, PCollection<RawBatch>> reading(List<Landed> landed) {
    return reader.asSource(landed);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<Landed> landed) {
    return reader.read("Read bronze", landed);
  }

  private record Reader(UnreadFiles unread, int maxRecordBytes)
      implements BatchReader<Landed, RawBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public Batches<RawBatch> open(Landed landed) throws IOException {
      Landed left = unread.landed(landed.shard(), landed.source());
      String file = left == null ? landed.bronzeFile() : null;
      return new KeptBatches(
          file == null
              ? null
              : new BronzeBatches(BronzeRecords.open(file), landed.shard(), maxRecordBytes),
          records -> {},
          records -> left == null ? landed : left);
    }

    @Override
    public long bytes(Landed landed) {
      return landed.bronzeBytes();
    }

    @Override
    public Coder<RawBatch> coder() {
      return RawBatchCoder.of();
    }
  }
}
