package org.beammedallion.pipelines.maintain;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.compaction.CompactFiles.FileGroup;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.driver.OldVersions;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Puts small files of a pipeline's tables together between two cycles, on the engine of the cycles
 * and by their thread, so that no cycle of this driver ever meets it. To a commit of another writer
 * it gives way. Nothing that goes wrong here ends a run. Not thread-safe.
 */
public final class Housekeeping {

  /** Largest size of what is copied at once. */
  private static final long MOST_BYTES = 256L << 20;

  /** As of {@code maintain}. */
  private static final double DELETE_RATIO = 0.3;

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final Engine engine;
  private final TableJobs jobs;
  private final Settings settings;
  private final Clock clock;
  private final TimeBudget budget = new TimeBudget();
  private int cycles;

  /** Of the tables in their order, the number of the one behind the last that was served. */
  private int served;

  /**
   * @param compactAfter number of small files that a partition may have; 0 where nothing is to be
   *     done
   * @param kept older versions of tables are forgotten
   */
  public record Settings(int compactAfter, Duration kept) {
    public Settings {
      if (compactAfter < 0) {
        throw new IllegalArgumentException(
            "--compactAfter is a number of files, such as 20; with 0 no file is put together.");
      }
    }
  }

  /**
   * What was done to a table.
   *
   * @param files that were put together
   * @param why they were not; null where they were
   */
  public record Done(String table, long files, Duration took, @Nullable String why) {}

  public Housekeeping(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      Settings settings,
      Clock clock) {
    this.definition = definition;
    this.lake = lake;
    this.engine = Engine.of(options);
    this.jobs = TableJobs.of(definition, lake);
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Called between two cycles, the first of which had something new.
   *
   * @param took how long the cycle took
   * @param left until the next cycle is to begin; 0 or less where it is to begin at once
   * @param goOn is asked before each compaction
   */
  public List<Done> afterCycle(Duration took, Duration left, BooleanSupplier goOn) {
    if (settings.compactAfter() == 0) {
      return List.of();
    }
    budget.cycle(took);
    cycles++;
    // To look at tables costs reading their logs.
    if (cycles % Math.max(1, settings.compactAfter() / 4) != 0) {
      return List.of();
    }
    List<Done> done = new ArrayList<>();
    long begin = System.nanoTime();
    List<Map.Entry<String, Table>> tables = new ArrayList<>(jobs.byName().entrySet());
    // Behind the one that was served last, so that none has to wait for ever.
    Collections.rotate(tables, -served);
    int passed = 0;
    int behind = 0;
    for (Map.Entry<String, Table> table : tables) {
      if (!goOn.getAsBoolean()) {
        break;
      }
      passed++;
      long started = System.nanoTime();
      Duration rest = left.minusNanos(started - begin);
      try {
        long files = compact(table.getValue(), rest);
        if (files > 0) {
          done.add(new Done(table.getKey(), files, since(started), null));
          behind = passed;
        }
      } catch (IOException | RuntimeException e) {
        // The next cycle is not to fail for what it does not need; a later cycle tries again.
        done.add(new Done(table.getKey(), 0, since(started), String.valueOf(e.getMessage())));
      }
    }
    served = tables.isEmpty() ? 0 : (served + behind) % tables.size();
    return done;
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  /** Returns how many files were put together. */
  private long compact(Table table, Duration left) throws IOException {
    Optional<TableSnapshot> before = table.snapshot();
    if (before.isEmpty()) {
      return 0;
    }
    long target = definition.silver().targetFileBytes();
    List<DataFile> small =
        SmallFiles.of(before.get().files(), settings.compactAfter(), target, MOST_BYTES);
    long bytes = small.stream().mapToLong(DataFile::bytes).sum();
    Compaction compaction =
        new Compaction(table, target, engine, lake.progress(definition.name()) + "/results");
    List<FileGroup> groups = compaction.groups(small, SortOrder.NONE, DELETE_RATIO);
    if (groups.isEmpty()
        || !budget.allows(bytes, left)
        || !table.evolution().difference().changes().isEmpty()) {
      return 0;
    }
    long started = System.nanoTime();
    long files;
    try {
      files = compaction.run(groups);
    } finally {
      budget.spent(since(started), bytes, left);
    }
    long version = table.snapshot().map(TableSnapshot::version).orElse(0L);
    if (OldVersions.isDue(before.get().version(), version)) {
      table.maintenance().expire(clock.instant().minus(settings.kept()), 1);
    }
    return files;
  }
}
