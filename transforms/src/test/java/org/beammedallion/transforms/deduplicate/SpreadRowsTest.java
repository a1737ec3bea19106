package org.beammedallion.transforms.deduplicate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows come to the bucket of their key; of a key with very many of them, only some do. */
@ExtendWith(TestPipelineExtension.class)
class SpreadRowsTest {

  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.required("id", FieldType.LONG), Field.required("version", FieldType.LONG)));
  private static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, 1);
  private static final int ROWS = 60_000;
  private static final int BUCKETS = 3;

  /** Batches of rows with the versions from 0 on, in an order of their own. */
  private static List<RowBatch> batches(ToIntFunction<Random> key) {
    Random random = new Random(7);
    List<Integer> versions = new ArrayList<>();
    for (int version = 0; version < ROWS; version++) {
      versions.add(version);
    }
    Collections.shuffle(versions, random);
    List<RowBatch> batches = new ArrayList<>();
    for (int shard = 0; shard < 6; shard++) {
      RowBuilder builder = new RowBuilder(1 << 16);
      int rows = ROWS / 6;
      for (int i = 0; i < rows; i++) {
        int header = RowBatch.beginHeader(builder, shard, i);
        int row = builder.beginRow(LAYOUT);
        builder.setLong(LAYOUT, row, 0, key.applyAsInt(random));
        builder.setLong(LAYOUT, row, 1, versions.get(shard * rows + i));
        RowBatch.endHeader(builder, header);
      }
      byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
      batches.add(new RowBatch(shard, bytes, bytes.length, rows, rows, List.of(), new long[0]));
    }
    return batches;
  }

  /** What came out: the rows that travelled, the latest of each key, and the figures. */
  private static final class Spread {
    private final Bucket[] buckets = new Bucket[BUCKETS];
    private long travelled;
    private long rows;
    private long duplicates;

    Spread(Iterable<KV<Destination, Block>> blocks) {
      for (int i = 0; i < BUCKETS; i++) {
        buckets[i] = new Bucket(KEY);
      }
      for (KV<Destination, Block> each : blocks) {
        byte[] bytes = each.getValue().bytes();
        if (each.getValue() instanceof Block.Figures figures) {
          rows += figures.figures().rows();
          duplicates += figures.duplicates();
        } else {
          buckets[each.getKey().number()].add(bytes, Block.START, bytes.length);
        }
      }
      for (Bucket bucket : buckets) {
        travelled += bucket.added();
      }
    }

    List<String> latest() {
      TreeSet<String> latest = new TreeSet<>();
      for (Bucket bucket : buckets) {
        bucket.forEach(
            (bytes, header) -> {
              int row = header + RowBatch.HEADER;
              latest.add(
                  LAYOUT.longAt(bytes, row, 0)
                      + " v"
                      + LAYOUT.longAt(bytes, row, 1)
                      + " of "
                      + RowBatch.rowShard(bytes, header)
                      + ":"
                      + RowBatch.rowPosition(bytes, header));
            });
      }
      return List.copyOf(latest);
    }
  }

  /** The latest row of each key, found by going through all of them. */
  private static List<String> latestOf(List<RowBatch> batches) {
    List<KV<Destination, Block>> blocks = new ArrayList<>();
    for (RowBatch batch : batches) {
      for (int at = 0; at < batch.length(); at = RowBatch.next(batch.bytes(), at)) {
        byte[] row = Arrays.copyOfRange(batch.bytes(), at, RowBatch.next(batch.bytes(), at));
        int number = KEY.bucket(row, RowBatch.HEADER, BUCKETS);
        blocks.add(KV.of(Destination.bucket(number), Block.Kind.ROWS.with(row)));
      }
    }
    return new Spread(blocks).latest();
  }

  private interface Expectation extends Serializable {
    void of(Spread spread);
  }

  private static void check(
      TestPipeline pipeline, SpreadRows spread, List<RowBatch> batches, Expectation expectation) {
    List<String> latest = latestOf(batches);
    PAssert.that(pipeline.apply(Create.of(batches).withCoder(RowBatchCoder.of())).apply(spread))
        .satisfies(
            blocks -> {
              Spread all = new Spread(blocks);
              assertThat(all.latest(), is(latest));
              assertThat(all.rows, is((long) ROWS));
              assertThat(all.travelled + all.duplicates, is((long) ROWS));
              expectation.of(all);
              return null;
            });
    pipeline.run();
  }

  @Test
  void ofAKeyWithMostRowsFewTravel(TestPipeline pipeline) {
    check(
        pipeline,
        SpreadRows.of(KEY, BUCKETS, 1),
        batches(random -> random.nextInt(10) == 0 ? random.nextInt(1_000_000) : 42),
        all -> assertThat(all.travelled, is(lessThan(ROWS / 5L))));
  }

  @Test
  void everyVersionTravelsWhereItIsNeeded(TestPipeline pipeline) {
    check(
        pipeline,
        SpreadRows.of(KEY, BUCKETS, 1).withEveryVersion(),
        batches(random -> 42),
        all -> assertThat(all.duplicates, is(0L)));
  }

  @Test
  void keysWithFewRowsTravelWhole(TestPipeline pipeline) {
    check(
        pipeline,
        SpreadRows.of(KEY, BUCKETS, 1),
        batches(random -> random.nextInt(1_000_000)),
        all -> {
          assertThat(all.travelled, is(greaterThan(ROWS * 9L / 10)));
          for (Bucket bucket : all.buckets) {
            assertThat("each bucket gets its share", bucket.added(), is(greaterThan(ROWS / 4L)));
          }
        });
  }

  @Test
  void rowsWithoutAKeyAllTravel(TestPipeline pipeline) {
    PAssert.that(
            pipeline
                .apply(Create.of(batches(random -> 42)).withCoder(RowBatchCoder.of()))
                .apply(SpreadRows.of(null, BUCKETS, 1)))
        .satisfies(
            blocks -> {
              assertThat(new Spread(blocks).travelled, is((long) ROWS));
              return null;
            });
    pipeline.run();
  }
}
