package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.storage.StoredFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source whose files have been taken by many cycles is compared with their names in memory that
 * does not grow with their number: {@code -Dnames=10000000} needs as little as the default.
 */
class ManyNamesTest {

  private static final long NAMES = Long.getLong("names", 400_000);

  /** 400,000 of these names as strings take 50 MB. */
  private static final String HEAP = "-Xmx40m";

  private static final int PER_CYCLE = 5_000;
  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");

  @TempDir Path folder;

  @Test
  void areComparedInLittleMemory() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManyNamesTest.class.getName(),
                folder.toString(),
                Long.toString(NAMES))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertThat(output, containsString(NAMES + 7 + " files, 7 of them new"));
  }

  /** In order of their URIs. */
  private static String name(long number) {
    return "s3://company-landing-zone/shop/orders/%012d-%s.json"
        .formatted(number, new UUID(number * 0x9E3779B97F4A7C15L, number));
  }

  /** Takes files in cycles, then lists all of them and seven more. */
  public static void main(String[] arguments) throws IOException {
    long names = Long.parseLong(arguments[1]);
    ProgressLog log = ProgressLog.of(arguments[0]);
    long cycle = 0;
    for (long from = 0; from < names; from += PER_CYCLE) {
      cycle++;
      CyclePlan plan = plan(cycle, from, Math.min(names, from + PER_CYCLE));
      log.putPlan(plan);
      log.complete(cycle, Map.of());
      log.rollUp(plan, () -> {});
    }
    Iterator<StoredFile> files =
        LongStream.range(0, names + 7)
            .mapToObj(number -> new StoredFile(name(number), 100, TIME))
            .iterator();
    SourceListing listing =
        SourceListing.of(
            "s3://company-landing-zone/shop/orders/*.json",
            null,
            files,
            log.takenFiles(cycle),
            new SourceListing.Search("", List.of(), PER_CYCLE),
            "");
    System.out.println(listing.files() + " files, " + listing.fresh().size() + " of them new");
  }

  private static CyclePlan plan(long cycle, long from, long to) {
    List<Shard> shards = new ArrayList<>();
    for (long number = from; number < to; number++) {
      shards.add(new FileShard(shards.size(), name(number), 100, TIME, 0, 100));
    }
    return new CyclePlan("orders", cycle, TIME, "1.0.0", 1, shards, List.of(), List.of(), Map.of());
  }
}
