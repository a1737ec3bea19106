package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.JsonFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.TextEncoding;
import org.junit.jupiter.api.Test;

class BronzeSourceTest extends SourceContract {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");
  private static final int LIMIT = 60;

  private int landed;

  @Override
  protected Source open(Path place) throws IOException {
    return new BronzeSource(
        Files.createDirectories(place.resolve("bronze")).toString(), 1, Long.MAX_VALUE, LIMIT);
  }

  private static ShardFormat format() {
    return new ShardFormat(ShardFormat.Kind.CSV, null, CsvFormat.RFC_4180, LIMIT, FileCheck.NONE);
  }

  /** Lands a file, as a cycle does. */
  @Override
  protected List<String> add(Path place, int count) throws IOException {
    int cycle = ++landed;
    List<String> records = IntStream.range(0, count).mapToObj(i -> cycle + "," + i).toList();
    Path file = Files.createDirectories(place.resolve("data")).resolve(cycle + ".csv");
    Files.writeString(file, "a,b\n" + String.join("\n", records) + "\n");
    land(place, cycle, file);
    return records;
  }

  private static List<RawBatch> land(Path place, long cycle, Path file) throws IOException {
    return land(place, cycle, file, format());
  }

  private static List<RawBatch> land(Path place, long cycle, Path file, ShardFormat format)
      throws IOException {
    FileShard shard =
        new FileShard(0, file.toString(), Files.size(file), TIME, 0, Files.size(file));
    List<RawBatch> all = new ArrayList<>();
    try (BronzeFile bronze =
            BronzeFile.of(
                new BronzeCycle(place.resolve("bronze").toString(), cycle, TIME), 0, shard.uri());
        RawBatches batches = format.open(shard, bronze)) {
      bronze.encoding(batches.encoding());
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        bronze.write(batch);
        all.add(batch);
      }
    }
    return all;
  }

  @Override
  protected void remove(Shard shard) throws IOException {
    Files.delete(Path.of(shard.uri()));
  }

  @Override
  protected boolean removePlace(Path place) throws IOException {
    Files.delete(place.resolve("bronze"));
    return true;
  }

  @Test
  void recordsHaveTheHeaderTheAddressAndTheFateThatTheyHadWhenTheyWereLanded() throws IOException {
    Path file = folder.resolve("odd.csv");
    Files.writeString(file, "a,b\n1,\"x\ny\"\n2," + "z".repeat(100) + "\n3,ä\n");
    List<RawBatch> landed = land(folder, 7, file);
    Source source = new BronzeSource(folder.resolve("bronze").toString(), 7, 7, LIMIT);
    SourcePlan plan =
        source.plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()));
    List<String> read = new ArrayList<>();
    try (RawBatches batches = source.open(plan.shards().get(0), BlockSink.NONE)) {
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        read.addAll(described(batch));
      }
    }
    List<String> before = new ArrayList<>();
    landed.forEach(batch -> before.addAll(described(batch)));
    assertThat(read, containsInAnyOrder(before.toArray()));
    assertThat(read.size(), is(3));
  }

  @Test
  void batchesTellTheEncodingThatTheFileHad() throws IOException {
    Path file = folder.resolve("windows.csv");
    Files.write(file, new byte[] {'a', '\n', (byte) 0x9D, '\n'});
    ShardFormat windows =
        new ShardFormat(
            ShardFormat.Kind.CSV,
            null,
            CsvFormat.RFC_4180,
            JsonFormat.AUTO,
            TextEncoding.WINDOWS_1252,
            LIMIT,
            FileCheck.NONE);
    assertThat(land(folder, 7, file, windows).get(0).encoding(), is("windows-1252"));
    Source source = new BronzeSource(folder.resolve("bronze").toString(), 7, 7, LIMIT);
    SourcePlan plan =
        source.plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()));
    try (RawBatches batches = source.open(plan.shards().get(0), BlockSink.NONE)) {
      RawBatch batch = batches.next();
      assertThat(batch.payload(0), is(new byte[] {(byte) 0x9D}));
      assertThat(batch.encoding(), is("windows-1252"));
    }
  }

  private static List<String> described(RawBatch batch) {
    List<String> all = new ArrayList<>();
    byte[] header = batch.header();
    for (int i = 0; i < batch.count(); i++) {
      all.add(
          batch.provenance(i)
              + (header == null ? "" : new String(header, StandardCharsets.UTF_8))
              + new String(batch.payload(i), StandardCharsets.UTF_8));
    }
    batch
        .rejects()
        .forEach(
            letter ->
                all.add(
                    letter.provenance().toString()
                        + letter.reason()
                        + letter.payloadLength()
                        + new String(letter.payload(), StandardCharsets.UTF_8)));
    return all;
  }

  @Test
  void onlyTheCyclesThatWereAskedForAreRead() throws IOException {
    for (int i = 0; i < 4; i++) {
      add(folder, 3);
    }
    Source source = new BronzeSource(folder.resolve("bronze").toString(), 2, 3, LIMIT);
    SourcePlan plan =
        source.plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()));
    assertThat(
        plan.shards().stream().map(shard -> ((BronzeShard) shard).ofCycle()).toList(),
        is(List.of(2L, 3L)));
  }
}
