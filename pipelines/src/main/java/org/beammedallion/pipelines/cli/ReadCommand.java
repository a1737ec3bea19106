package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.inspect.BronzeRows;
import org.beammedallion.pipelines.inspect.CompleteCycles;
import org.beammedallion.pipelines.inspect.QuarantineRows;
import org.beammedallion.pipelines.inspect.RowQuery;
import org.beammedallion.pipelines.inspect.RowSource;
import org.beammedallion.pipelines.inspect.TableRows;
import org.beammedallion.pipelines.inspect.TooManyRowsException;
import org.beammedallion.quality.pipeline.KafkaSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion read}: prints rows of a table, now or at an earlier version. */
@Command(
    name = "read",
    description = {
      "Prints rows of a table, of the present or an earlier version.",
      "TABLE may also be `quarantine`, the rejected records, or `bronze`, the records as they came; both of complete cycles.",
      ""
    },
    sortOptions = false)
final class ReadCommand implements Callable<Integer> {

  /** Rows that a person is shown unless more are asked for. */
  private static final long ROWS_FOR_A_PERSON = 20;

  private static final String QUARANTINE = "quarantine";
  private static final String BRONZE = "bronze";

  /** Rows that are sorted may take this part of the memory that the JVM may use. */
  private static final int SORT_MEMORY = 3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TableArguments arguments = new TableArguments();

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "the rows of a version; `medallion history` lists versions")
  private @Nullable Long version;

  @Option(
      names = "--timestamp",
      paramLabel = "TIME",
      description = "the rows at a time, such as 2026-11-05T12:00:00Z")
  private @Nullable String timestamp;

  @Option(
      names = "--cycle",
      paramLabel = "N",
      description = "of quarantine and bronze: what that cycle has read (default: all cycles)")
  private @Nullable Long cycle;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "rows that meet a condition of SQL, such as \"amount > 10 AND currency IN ('EUR', 'USD')\"")
  private @Nullable String where;

  @Option(
      names = "--sort",
      paramLabel = "A,B",
      split = ",",
      description = "sorted by these columns; -A or \"A desc\" from the greatest to the least")
  private List<String> sort = List.of();

  @Option(
      names = "--columns",
      paramLabel = "A,B",
      split = ",",
      description = "these columns, in this order (default: all)")
  private List<String> columns = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "largest number of rows (default: 20 as text, else all)")
  private @Nullable Long limit;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), json (one object per line) or csv")
  private RowPrinter.Format format = RowPrinter.Format.text;

  @Option(names = "--to", paramLabel = "FILE", description = "write to a file, not to the terminal")
  private @Nullable Path to;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  @SuppressWarnings("UnusedVariable") // picocli reads it.
  private boolean help;

  @Override
  public Integer call() throws IOException {
    RowQuery rows = query(source());
    long most =
        limit != null
            ? limit
            : format == RowPrinter.Format.text ? ROWS_FOR_A_PERSON : Long.MAX_VALUE;
    if (to == null) {
      print(spec.commandLine().getOut(), rows, most);
    } else {
      try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(to, StandardCharsets.UTF_8))) {
        print(out, rows, most);
        if (out.checkError()) {
          throw new IOException("'" + to + "' could not be written. Is the disk full?");
        }
      }
    }
    return ExitCode.OK.code();
  }

  private RowSource source() throws IOException {
    String name = arguments.name();
    boolean kept = name.equals(QUARANTINE) || name.equals(BRONZE);
    if (!kept && !name.contains(".")) {
      String nearest = DidYouMean.nearest(name, List.of(QUARANTINE, BRONZE));
      if (nearest != null) {
        throw new UsageException("There is no table '" + name + "'. Did you mean " + nearest + "?");
      }
    }
    if (!kept) {
      if (cycle != null) {
        throw new UsageException(
            "--cycle goes with quarantine and bronze. A table is read as it was by --version; `medallion history` tells"
                + " which cycle made which.");
      }
      Table table = arguments.table();
      return new TableRows(table, snapshot(table));
    } else if (version != null || timestamp != null) {
      throw new UsageException(
          "--version and --timestamp go with tables. What one cycle has read is shown by --cycle=N.");
    }
    if (name.equals(BRONZE)) {
      requireOwnBronze();
    }
    CompleteCycles cycles =
        CompleteCycles.of(arguments.lake(), arguments.pipeline().definition().name());
    try {
      cycles.require(cycle);
    } catch (NoSuchElementException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return name.equals(BRONZE) ? new BronzeRows(cycles, cycle) : new QuarantineRows(cycles, cycle);
  }

  private void requireOwnBronze() throws IOException {
    PipelineDefinition definition = arguments.pipeline().definition();
    String folder = arguments.lake().bronze(definition.name());
    if (definition.source().place() instanceof KafkaSpec kafka
        && kafka.landedBy() != null
        && Storage.of(folder).isMissing(folder)) {
      throw new UsageException(
          "Pipeline '"
              + definition.name()
              + "' keeps nothing in bronze: pipeline '"
              + kafka.landedBy()
              + "' does, so read bronze with the file of that pipeline.");
    }
  }

  private RowQuery query(RowSource source) throws IOException {
    try {
      return RowQuery.of(source, columns, where, sort);
    } catch (NoSuchElementException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (InvalidQueryException e) {
      throw new UsageException("--where: " + e.reason());
    }
  }

  private void print(PrintWriter out, RowQuery rows, long most) throws IOException {
    RowPrinter printer = RowPrinter.of(format, out, rows.columns());
    try {
      rows.run(most, Runtime.getRuntime().maxMemory() / SORT_MEMORY, printer::row);
    } catch (TooManyRowsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    printer.end();
  }

  private TableSnapshot snapshot(Table table) throws IOException {
    if (version != null && timestamp != null) {
      throw new UsageException("--version and --timestamp cannot be used together. Use one.");
    }
    TableHistory history = table.history();
    if (version != null) {
      KeptVersions.require(arguments, history.versions(), version);
      return history.snapshot(version);
    } else if (timestamp != null) {
      try {
        return history.snapshot(history.versionAt(time(timestamp)));
      } catch (TableException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    return table.snapshot().orElseThrow(() -> new UsageException(arguments.absence()));
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new UsageException(
          "'"
              + text
              + "' is not a time. Write it with its zone, such as 2026-11-05T12:00:00Z or 2026-11-05T12:00:00+01:00.");
    }
  }
}
