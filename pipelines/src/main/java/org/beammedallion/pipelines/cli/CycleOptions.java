package org.beammedallion.pipelines.cli;

import java.time.Duration;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.quality.pipeline.Amounts;
import picocli.CommandLine.Option;

/** What holds for each cycle of a run. */
final class CycleOptions {

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

  @Option(
      names = "--onDataLoss",
      paramLabel = "fail|continue",
      description =
          "where records of a topic were deleted before they were read: fail (default), or continue with what is there,"
              + " which the ledger says")
  private String onDataLoss = "fail";

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

  /** What becomes of a cycle whose records are gone. */
  DataLoss dataLoss() {
    return switch (onDataLoss) {
      case "fail" -> DataLoss.FAIL;
      case "continue" -> DataLoss.CONTINUE;
      default ->
          throw new UsageException(
              "--onDataLoss must be fail or continue, but is '" + onDataLoss + "'.");
    };
  }
}
