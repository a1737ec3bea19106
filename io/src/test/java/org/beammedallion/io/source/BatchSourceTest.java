package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are read as a source land as they do with a DoFn. */
class BatchSourceTest extends LandShardsTest {

  private static final PipelineOptions OPTIONS = PipelineOptionsFactory.create();

  @TempDir Path place;

  @Override
  PCollection<RawBatch> land(Pipeline pipeline, List<Shard> shards, LandShards.Settings settings) {
    return pipeline.apply(LandShards.of(settings).asSource(shards));
  }

  private LandShards.Settings settings() {
    ShardFormat lines =
        new ShardFormat(Kind.LINES, null, CsvFormat.RFC_4180, 1 << 20, FileCheck.NONE);
    return new LandShards.Settings(
        new BronzeCycle(place.resolve("bronze").toString(), 1, Instant.EPOCH),
        new FileSource("", lines),
        new UnreadFiles(Map.of(), Set.of()),
        false,
        null);
  }

  private static FileShard shard(int number, Path file, long bytes) {
    return new FileShard(number, file.toString(), bytes, Instant.EPOCH, 0, bytes);
  }

  @Test
  void readsNoFurtherThanItIsAsked() throws Exception {
    Path file = Files.writeString(place.resolve("a.jsonl"), "one line\n".repeat(1_000_000));
    Path bronze = place.resolve("bronze");
    BatchSource<Shard, RawBatch> source =
        LandShards.of(settings()).source(List.of(shard(0, file, Files.size(file))));
    long read = 0;
    try (BoundedReader<RawBatch> reader = source.createReader(OPTIONS)) {
      assertThat(reader.start(), is(true));
      read = reader.getCurrent().count();
      assertThat(read, is(lessThan(100_000L)));
      while (reader.advance()) {
        read += reader.getCurrent().count();
      }
    }
    assertThat(read, is(1_000_000L));
    assertThat(Files.exists(bronze), is(true));
  }

  @Test
  void whatIsClosedBeforeItsEndKeepsNothing() throws Exception {
    Path file = Files.writeString(place.resolve("a.jsonl"), "one line\n".repeat(1_000_000));
    BatchSource<Shard, RawBatch> source =
        LandShards.of(settings()).source(List.of(shard(0, file, Files.size(file))));
    try (BoundedReader<RawBatch> reader = source.createReader(OPTIONS)) {
      assertThat(reader.start(), is(true));
    }
    try (var kept = Files.walk(place.resolve("bronze"))) {
      assertThat(kept.filter(Files::isRegularFile).toList(), is(List.of()));
    }
  }

  @Test
  void smallShardsAreReadByOneReader() throws Exception {
    List<Shard> shards = new ArrayList<>();
    for (int number = 0; number < 1000; number++) {
      Path file = Files.writeString(place.resolve(number + ".jsonl"), number + "\n");
      shards.add(shard(number, file, number % 100 == 99 ? 8_000 : 10));
    }
    BatchSource<Shard, RawBatch> source = LandShards.of(settings()).source(shards);
    List<BatchSource<Shard, RawBatch>> parts =
        source.split(source.getEstimatedSizeBytes(OPTIONS) / 2, OPTIONS);
    assertThat(parts.size(), is(lessThan(10)));
    List<Integer> landed = new ArrayList<>();
    for (BatchSource<Shard, RawBatch> part : parts) {
      try (BoundedReader<RawBatch> reader = part.createReader(OPTIONS)) {
        for (boolean has = reader.start(); has; has = reader.advance()) {
          if (reader.getCurrent().landed() != null) {
            landed.add(Objects.requireNonNull(reader.getCurrent().landed()).shard());
          }
        }
      }
    }
    assertThat(landed, is(shards.stream().map(Shard::number).toList()));
  }

  /** The second one cannot be read. */
  private record Breaking(AtomicInteger read, AtomicInteger closed)
      implements BatchReader.Batches<RawBatch> {

    @Override
    public RawBatch next() throws IOException {
      if (read.incrementAndGet() > 1) {
        throw new IOException("The storage is gone.");
      }
      return RawBatch.closing(new Landed(0, "a", 0, null, 0, false, null, null, null));
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void whatFailsIsClosedOnceThoughNobodyClosesTheReader() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger read = new AtomicInteger();
    BatchReader<Integer, RawBatch> breaking =
        new BatchReader<>(piece -> new Breaking(read, closed), piece -> 1, RawBatchCoder.of());
    BoundedReader<RawBatch> reader =
        new BatchSource<>(List.of(1, 2), breaking).createReader(OPTIONS);
    assertThat(reader.start(), is(true));
    assertThat(closed.get(), is(0));
    assertThrows(IOException.class, reader::advance);
    assertThat(closed.get(), is(1));
    reader.close();
    assertThat(closed.get(), is(1));
  }
}
