package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.fixtures.fuzz.FuzzFile;
import org.beammedallion.fixtures.fuzz.FuzzGroup;
import org.beammedallion.fixtures.fuzz.FuzzGroup.Format;
import org.beammedallion.fixtures.fuzz.FuzzOracle;
import org.beammedallion.fixtures.fuzz.FuzzReport;
import org.beammedallion.pipelines.cli.CommandLines;

/**
 * Runs random files of other writers through {@code medallion run}, and compares silver with what
 * other engines read from them. {@code docs/fuzzing.md} says how to run it for longer.
 */
public final class FormatFuzzer {

  private static final int FILES_OF_A_GROUP = 10;

  private final Path folder;
  private final FuzzReport report = new FuzzReport();

  FormatFuzzer(Path folder) {
    this.folder = folder;
  }

  /**
   * Arguments: {@code --files=10000 --seed=1 --formats=PARQUET,AVRO,CSV,JSON --folder=target/fuzz}.
   */
  public static void main(String... arguments) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2
          || !List.of("--files", "--seed", "--formats", "--folder").contains(parts[0])) {
        throw new IllegalArgumentException(
            "'" + argument + "' is no option. There are --files, --seed, --formats and --folder.");
      }
      options.put(parts[0], parts[1]);
    }
    FormatFuzzer fuzzer =
        new FormatFuzzer(Path.of(options.getOrDefault("--folder", "target/fuzz")));
    List<Format> formats =
        Stream.of(options.getOrDefault("--formats", "PARQUET,AVRO,CSV,JSON").split(","))
            .map(Format::valueOf)
            .toList();
    int files = Integer.parseInt(options.getOrDefault("--files", "10000"));
    FuzzReport report =
        fuzzer.run(Long.parseLong(options.getOrDefault("--seed", "1")), files, formats);
    System.out.println(report);
    System.exit(report.failures().isEmpty() ? 0 : 1);
  }

  /**
   * Runs groups of files, in turn of each format.
   *
   * @param seed of the first group; the next ones follow
   */
  FuzzReport run(long seed, int files, List<Format> formats) throws IOException, SQLException {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      try (Statement statement = duckDb.createStatement()) {
        statement.execute("SET TimeZone = 'UTC'");
        statement.execute("SET threads = 1");
      }
      for (int i = 0; i * FILES_OF_A_GROUP < files; i++) {
        run(duckDb, seed + i, formats.get(i % formats.size()));
      }
    }
    return report;
  }

  private void run(Connection duckDb, long seed, Format format) throws IOException, SQLException {
    Path place = folder.resolve(format + "-" + seed);
    deleteTree(place);
    FuzzGroup group;
    try {
      group = FuzzGroup.write(duckDb, seed, format, FILES_OF_A_GROUP, place);
    } catch (SQLException e) {
      report.unjudged("seed " + seed + " " + format + " could not be written: " + e.getMessage());
      return;
    }
    int before = report.failures().size();
    if (!judge(duckDb, group).isEmpty()) {
      // One file is enough to fail a run, so each is run alone.
      for (FuzzFile file : group.files()) {
        Path alone = place.resolve("alone").resolve(file.path().getFileName());
        FuzzGroup one = group.only(file, alone);
        int known = report.failures().size();
        String failure = judge(duckDb, one);
        if (!failure.isEmpty()) {
          report.fail(one, file.path().getFileName() + " by " + file.writer() + ": " + failure);
          new FuzzOracle(duckDb, report).judge(one, alone.resolve("lake"), false);
        } else if (report.failures().size() == known) {
          deleteTree(alone);
        }
      }
    }
    if (report.failures().size() == before) {
      deleteTree(place);
    }
    report.failures().subList(before, report.failures().size()).forEach(System.out::println);
  }

  /** Runs a group and judges what became of it; returns why it ended before, or an empty text. */
  private String judge(Connection duckDb, FuzzGroup group) throws IOException, SQLException {
    Path lake = group.folder().resolve("lake");
    StringWriter out = new StringWriter();
    int exit =
        CommandLines.execute(
            new PrintWriter(out),
            new PrintWriter(out),
            "run",
            group.pipeline().toString(),
            "--lake=" + lake,
            "--runner=DirectRunner",
            "--targetParallelism=1");
    // A run that refuses files completes its cycle, whatever it says of it by its exit code.
    boolean completed = exit == 0 || out.toString().contains("cycle 1 is complete");
    if (!completed) {
      return "the run ended with " + exit + ": " + reason(out.toString());
    }
    new FuzzOracle(duckDb, report).judge(group, lake, true);
    return "";
  }

  private static String reason(String text) {
    List<String> lines = text.lines().filter(line -> line.startsWith("medallion: ")).toList();
    return lines.isEmpty() ? text : lines.get(0);
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
