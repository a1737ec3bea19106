package org.beammedallion.pipelines.jobs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.ShardFormat;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {

  private static final long MEGABYTE = 1 << 20;

  private static final FileSource LINES =
      new FileSource(
          "",
          new ShardFormat(
              ShardFormat.Kind.LINES, null, CsvFormat.RFC_4180, 1 << 20, FileCheck.NONE));

  private static List<Shard> shards(int count, long bytes, String name) {
    List<Shard> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(new FileShard(i, name + i + ".jsonl", bytes, Instant.EPOCH, 0, bytes));
    }
    return shards;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "7, 1",
    "8, 2",
    "64, 16",
    "1000, 16",
    "1024, 16",
    "1088, 17",
    "6400, 100",
    "4194304, 65536",
    "100000000, 65536"
  })
  void oneHolds64MegabytesOfTextButSmallCyclesAreSpreadToo(long megabytes, int buckets) {
    assertThat(Buckets.of(shards(1, megabytes * MEGABYTE, "a"), LINES), is(buckets));
  }

  @Test
  void theNumberFollowsFromTheBytesAndNotFromTheFilesThatTheyLieIn() {
    assertThat(
        Buckets.of(shards(100, 64 * MEGABYTE, "a"), LINES),
        is(Buckets.of(shards(6400, MEGABYTE, "b"), LINES)));
  }

  @Test
  void nothingHasOneBucket() {
    assertThat(Buckets.of(List.of(), LINES), is(1));
  }
}
