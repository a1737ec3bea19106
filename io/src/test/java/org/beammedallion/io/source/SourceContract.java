package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Source} must do, so that a cycle over it can be killed and repeated anywhere:
 * each record is in one shard of one cycle, and a shard gives the same records whenever it is read.
 */
public abstract class SourceContract {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");

  @TempDir Path folder;

  private Source source;
  private ProgressLog log;
  private long cycle;

  /** A source with nothing in it, in a folder that is there. */
  protected abstract Source open(Path place) throws Exception;

  /**
   * Adds records to it.
   *
   * @return the records, each of them different from all others
   */
  protected abstract List<String> add(Path place, int count) throws Exception;

  /** Removes what a shard is a part of. */
  protected abstract void remove(Shard shard) throws Exception;

  /**
   * Takes the place away in which the source is, so that there is no source.
   *
   * @return false where that cannot be told from a source that has nothing in it
   */
  protected abstract boolean removePlace(Path place) throws Exception;

  /** Limits of a cycle that take less than a hundred records at once. */
  protected CycleLimits few() {
    return new CycleLimits(2, 1L << 40);
  }

  /** Whether a file, or what is like it, is taken as a whole, however small the limits are. */
  protected boolean isOfWholes() {
    return true;
  }

  /** What is thrown where records that were planned are gone. */
  protected Class<? extends IOException> gone() {
    return FileNotFoundException.class;
  }

  /** Of the test. */
  protected Path folder() {
    return folder;
  }

  /** A record, with all that is known of it. */
  private record Read(
      String source, int shard, long position, String header, String payload, String reason) {}

  @BeforeEach
  void begin() throws Exception {
    source = open(folder);
    log = ProgressLog.of(folder.resolve("log").toString());
  }

  private static PlanRequest request(CycleLimits limits, int parallelism) {
    return new PlanRequest(limits, parallelism, "", List.of());
  }

  private SourcePlan plan(CycleLimits limits) throws IOException {
    SourceState state = SourceState.of(log, cycle);
    return source.plan(
        source.isByPosition() && cycle > 0 ? state.at(log.plan(cycle).ends()) : state,
        request(limits, 2));
  }

  private CyclePlan written(SourcePlan plan) {
    return new CyclePlan(
        "p", cycle + 1, TIME, "1.0.0", 1, plan.shards(), List.of(), List.of(), plan.positions());
  }

  /** A cycle that reads what was planned. */
  private void complete(SourcePlan plan) throws IOException {
    log.putPlan(written(plan));
    cycle++;
    log.complete(cycle, Map.of());
  }

  private List<Read> read(List<Shard> shards) throws IOException {
    List<Read> records = new ArrayList<>();
    for (Shard shard : shards) {
      records.addAll(read(source, shard));
    }
    return records;
  }

  private static List<Read> read(Source from, Shard shard) throws IOException {
    List<Read> records = new ArrayList<>();
    try (RawBatches batches = from.open(shard, BlockSink.NONE)) {
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        assertThat(batch.count() + batch.rejects().size(), is(greaterThan(0)));
        assertThat(batch.shard(), is(shard.number()));
        byte[] header = batch.header();
        for (int i = 0; i < batch.count(); i++) {
          records.add(
              new Read(
                  batch.source(),
                  batch.shard(),
                  batch.positions()[i],
                  header == null ? "" : text(header),
                  text(batch.payload(i)),
                  ""));
        }
        for (DeadLetter reject : batch.rejects()) {
          records.add(
              new Read(
                  reject.provenance().source(),
                  reject.provenance().shard(),
                  reject.provenance().position(),
                  "",
                  text(reject.payload()),
                  reject.reason().name()));
        }
      }
    }
    return records;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<String> payloads(List<Read> records) {
    return records.stream().map(Read::payload).toList();
  }

  @Test
  void eachRecordIsInOneShardOfOneCycle() throws Exception {
    List<String> all = new ArrayList<>();
    List<Read> taken = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      all.addAll(add(folder, 100 + round));
      SourcePlan plan = plan(CycleLimits.DEFAULT);
      assertThat(plan.more(), is(false));
      taken.addAll(read(plan.shards()));
      complete(plan);
      assertThat(payloads(taken), containsInAnyOrder(all.toArray()));
    }
    Set<String> addresses = new HashSet<>();
    taken.forEach(record -> addresses.add(record.source() + "#" + record.position()));
    assertThat(addresses.size(), is(taken.size()));
    SourcePlan nothing = plan(CycleLimits.DEFAULT);
    assertThat(nothing.shards(), is(empty()));
    assertThat(nothing.fresh(), is(0L));
    assertThat(nothing.freshBytes(), is(0L));
  }

  @Test
  void aSmallLimitGivesMoreCyclesAndTheSameRecords() throws Exception {
    List<String> all = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      all.addAll(add(folder, 20));
    }
    List<Read> taken = new ArrayList<>();
    boolean more = true;
    while (more) {
      SourcePlan plan = plan(few());
      assertThat(
          plan.shards().stream().map(Shard::uri).distinct().count(), is(lessThanOrEqualTo(2L)));
      assertThat(plan.shards().isEmpty(), is(false));
      taken.addAll(read(plan.shards()));
      more = plan.more();
      complete(plan);
    }
    assertThat(payloads(taken), containsInAnyOrder(all.toArray()));
    assertThat(cycle, is(greaterThan(1L)));
  }

  @Test
  void whatIsLargerThanTheLimitIsOneCycle() throws Exception {
    List<String> records = add(folder, 50);
    SourcePlan plan = plan(new CycleLimits(1, 1));
    if (!isOfWholes()) {
      assertThat(payloads(read(plan.shards())).isEmpty(), is(false));
      assertThat(plan.more(), is(true));
      return;
    }
    assertThat(payloads(read(plan.shards())), containsInAnyOrder(records.toArray()));
    assertThat(plan.more(), is(false));
  }

  @Test
  void aShardIsTheSameWheneverAndWhereverItIsRead() throws Exception {
    add(folder, 300);
    SourcePlan plan = plan(CycleLimits.DEFAULT);
    complete(plan);
    List<Shard> shards = new ArrayList<>(log.plan(cycle).shards());
    assertThat(shards, is(plan.shards()));
    List<Read> once = read(shards);
    add(folder, 300);
    assertThat(read(shards), is(once));
    Source elsewhere = SerializableUtils.clone(source);
    Collections.shuffle(shards, new Random(1));
    List<Read> again = new ArrayList<>();
    for (Shard shard : shards) {
      byte[] sent = CoderUtils.encodeToByteArray(ShardCoder.of(), shard);
      again.addAll(read(elsewhere, CoderUtils.decodeFromByteArray(ShardCoder.of(), sent)));
    }
    assertThat(again, containsInAnyOrder(once.toArray()));
  }

  @Test
  void shardsAreNumberedFromZeroAndTellWhatTheyCost() throws Exception {
    add(folder, 300);
    SourcePlan plan = plan(CycleLimits.DEFAULT);
    long bytes = 0;
    for (int i = 0; i < plan.shards().size(); i++) {
      Shard shard = plan.shards().get(i);
      assertThat(shard.number(), is(i));
      Source.Estimate estimate = source.estimate(shard);
      assertThat(estimate.storedBytes(), is(shard.storedBytes()));
      assertThat(estimate.textBytes() >= estimate.storedBytes(), is(true));
      bytes += estimate.storedBytes();
    }
    assertThat(bytes, is(plan.freshBytes()));
    assertThat(written(plan).bytes(), is(bytes));
  }

  @Test
  void whatWasPlannedAndIsGoneIsSaidToBeGone() throws Exception {
    add(folder, 10);
    Shard shard = plan(CycleLimits.DEFAULT).shards().get(0);
    remove(shard);
    assertThrows(gone(), () -> read(source, shard));
  }

  @Test
  void aSourceThatIsNotThereIsToldApartFromAnEmptyOne() throws Exception {
    SourcePlan none = plan(CycleLimits.DEFAULT);
    assertThat(none.shards(), is(empty()));
    assertThat(none.missing(), is(nullValue()));
    if (!removePlace(folder)) {
      return;
    }
    SourcePlan missing = plan(CycleLimits.DEFAULT);
    assertThat(missing.missing(), is(notNullValue()));
    assertThrows(StorageException.class, missing::requireThere);
  }
}
