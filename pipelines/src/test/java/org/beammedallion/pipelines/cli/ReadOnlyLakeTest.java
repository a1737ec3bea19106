package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.faults.SmallFileSystem;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that change tables say of a lake in which nothing can be written. */
class ReadOnlyLakeTest {

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    err.getBuffer().setLength(0);
    return CommandLines.execute(
        new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void rollbackAndMaintenanceSayThatNothingWasChanged(String format) throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(50).withFiles(1), folder.resolve("input"));
    String pipeline = data.pipeline().toString();
    String text = Files.readString(data.pipeline()).replaceAll("\n  format: .*", "");
    Files.writeString(
        data.pipeline(), text.replaceFirst("(?m)^silver:", "silver:\n  format: " + format));
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Optional<SmallFileSystem> mounted = SmallFileSystem.mount(disk, "size=16m");
    assumeTrue(mounted.isPresent(), "A small file system cannot be mounted here: that needs root");
    try (SmallFileSystem mount = mounted.orElseThrow()) {
      String lake = "--lake=" + disk.resolve("lake");
      assertThat(execute("run", pipeline, lake, "--runner=DirectRunner"), is(0));
      mount.makeReadOnly();

      String table = disk.resolve("lake/gold/revenue_hourly").toString();
      assertThat(execute("history", pipeline, "gold.revenue_hourly", lake), is(0));
      String version = format.equals("delta") ? "0" : "1";
      assertThat(
          execute("rollback", pipeline, "gold.revenue_hourly", "--to=" + version, lake), is(5));
      assertThat(
          err.toString(),
          startsWith(
              "medallion: gold.revenue_hourly cannot be changed, and nothing was changed. Nothing can be written to '"
                  + table
                  + "': '"
                  + table
                  + "' takes no file (Read-only file system). Mount it writable, or choose another folder."));

      assertThat(execute("maintain", pipeline, lake), is(5));
      assertThat(
          err.toString(),
          containsString("Nothing can be written to '" + disk.resolve("lake") + "'"));
      assertThat(execute("maintain", pipeline, lake, "--dry-run"), is(0));
    }
  }
}
