package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.change.Changes;
import org.beammedallion.transforms.decode.change.DebeziumDecoder;
import org.beammedallion.transforms.deduplicate.Bucket;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.SpreadRows;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.row.RowBatch;
import org.junit.jupiter.api.Test;

/** Changes on their way through the transforms: decoded, spread, and one left of each key. */
class DecodeChangesTest {

  private static String update(long id, String name, long lsn) {
    return "{\"op\":\"u\",\"after\":{\"id\":"
        + id
        + ",\"full_name\":\""
        + name
        + "\"},\"source\":{\"lsn\":"
        + lsn
        + "}}";
  }

  private static String delete(long id, long lsn) {
    return "{\"op\":\"d\",\"before\":{\"id\":" + id + "},\"source\":{\"lsn\":" + lsn + "}}";
  }

  private static PCollection<RowBatch> decoded(Pipeline pipeline) {
    return pipeline
        .apply(
            Create.of(
                    RawBatches.of(delete(1, 30), update(1, "old", 20), "null"),
                    RawBatches.of(update(2, "b", 20), update(1, "older", 10), "{}"),
                    RawBatches.of(update(2, "a", 10), delete(2, 15), update(3, "x", 5)))
                .withCoder(RawBatchCoder.of()))
        .apply(DecodeRecords.with(DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, RowCheck.NONE)));
  }

  @Test
  void decodesToRowsDeletesDeadLettersAndNothing() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(decoded(pipeline))
        .satisfies(
            batches -> {
              int rows = 0;
              int deletes = 0;
              long ignored = 0;
              List<Reason> reasons = new ArrayList<>();
              for (RowBatch batch : batches) {
                rows += batch.count();
                ignored += batch.ignored();
                batch.rejects().forEach(letter -> reasons.add(letter.reason()));
                for (boolean each : Changes.deletes(batch)) {
                  deletes += each ? 1 : 0;
                }
              }
              assertThat(rows, is(7));
              assertThat(deletes, is(2));
              assertThat(ignored, is(1L));
              assertThat(reasons, is(List.of(Reason.MALFORMED)));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void leavesTheLatestOfEachKey() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    RowKey key = RowKey.of(Changes.LAYOUT, new int[] {0}, Changes.ROWS.sequenceField());
    PAssert.that(decoded(pipeline).apply(SpreadRows.of(key, 1, 1)))
        .satisfies(
            blocks -> {
              Bucket bucket = new Bucket(key);
              blocks.forEach(
                  block -> {
                    if (block.getValue() instanceof Block.Rows rows) {
                      bucket.add(rows.bytes(), Block.START, rows.bytes().length);
                    }
                  });
              List<String> left = new ArrayList<>();
              bucket.forEach(
                  (bytes, header) ->
                      left.add(
                          Changes.LAYOUT.longAt(bytes, header + RowBatch.HEADER, 0)
                              + (RowBatch.isDelete(bytes, header)
                                  ? " deleted"
                                  : Changes.LAYOUT.stringAt(bytes, header + RowBatch.HEADER, 1))));
              left.sort(String::compareTo);
              assertThat(left, is(List.of("1 deleted", "2b", "3x")));
              assertThat(bucket.duplicates(), is(4L));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }
}
