package org.beammedallion.pipelines.cli;

import java.time.Duration;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.quality.pipeline.Amounts;
import picocli.CommandLine.Option;

/** How much a cycle takes, and what it leaves of older versions. */
final class LimitOptions {

  @Option(
      names = "--maxFilesPerCycle",
      paramLabel = "N",
      description =
          "largest number of files of a cycle (10000); the same run reads the others in further cycles")
  private int maxFiles = CycleLimits.DEFAULT.files();

  @Option(
      names = "--maxBytesPerCycle",
      paramLabel = "BYTES",
      description = "largest number of bytes of a cycle's files, such as 500MB or 64GB (274GB)")
  private ByteSize maxBytes = new ByteSize(CycleLimits.DEFAULT.bytes());

  @Option(
      names = "--keepVersions",
      paramLabel = "AGE",
      description =
          "cycles expire versions of the tables that are older (7d; at least 1h); they can no longer be read or"
              + " rolled back to")
  private String keepVersions = "7d";

  /** Versions of tables that are older are forgotten. */
  Duration kept() {
    Duration kept;
    try {
      kept = Amounts.duration(keepVersions);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--keepVersions: " + e.getMessage());
    }
    if (kept.compareTo(Maintenance.LEAST_AGE) < 0) {
      throw new UsageException(
          "--keepVersions must be at least 1h: a younger version may still be in use by a reader.");
    }
    return kept;
  }

  CycleLimits limits() {
    try {
      return new CycleLimits(maxFiles, maxBytes.bytes());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
