package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.Kind;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.JsonFieldPath;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Public files of the npm package vega-datasets, each brought into silver by {@code init} and
 * {@code run} without any editing: counts and sums of every column are those that DuckDB finds in
 * the file itself. The environment's {@code VEGA_DATASETS} names the package's folder {@code data};
 * {@code npm pack vega-datasets} brings it.
 */
class VegaDatasetsTest {

  private static final List<String> FILES =
      List.of(
          "movies.json",
          "earthquakes.json",
          "budget.json",
          "cars.json",
          "countries.json",
          "penguins.json",
          "weekly-weather.json",
          "flights-2k.json",
          "football.json",
          "unemployment-across-industries.json",
          "airports.csv",
          "sp500-2000.csv",
          "birdstrikes.csv",
          "seattle-weather.csv",
          "stocks.csv",
          "zipcodes.csv",
          "github.csv",
          "la-riots.csv",
          "unemployment.tsv");

  @TempDir private Path folder;

  @Test
  void initAndRunGiveWhatDuckDbReads() throws Exception {
    String at = System.getenv("VEGA_DATASETS");
    assumeTrue(
        at != null && Files.isDirectory(Path.of(at)),
        "VEGA_DATASETS names no folder: `npm pack vega-datasets` and unpack it, and name its folder data.");
    Path pipelines = Files.createDirectories(folder.resolve("pipelines"));
    for (String file : FILES) {
      Commands.Result init =
          Commands.run("init", Path.of(at).resolve(file).toString(), "--to=" + pipelines);
      assertThat(init.all(), init.code(), is(0));
      assertThat(init.out(), containsString(" 0 rejected"));
    }
    Path lake = folder.resolve("lake");
    Commands.Result run = Commands.run("run", pipelines.toString(), "--lake=" + lake);
    assertThat(run.all(), run.code(), is(0));
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duckDb.createStatement();
        var written = Files.list(pipelines)) {
      for (Path pipeline :
          written.filter(file -> file.toString().endsWith(".pipeline.yaml")).sorted().toList()) {
        compare(sql, PipelineDefinition.load(pipeline, null), lake);
      }
    }
  }

  private static void compare(Statement sql, PipelineDefinition definition, Path lake)
      throws SQLException, IOException {
    String file = definition.source().place().where();
    String table =
        "read_parquet('"
            + lake.resolve("silver").resolve(definition.silver().table())
            + "/**/*.parquet')";
    List<String> path = definition.source().text().json().path();
    boolean json = definition.source().format().name().equals("JSON");
    String source =
        json
            ? path.isEmpty()
                ? "(SELECT * FROM read_json_auto('" + file + "', sample_size=-1))"
                : "(SELECT unnest("
                    + String.join(".", path)
                    + ", recursive := false) AS r FROM read_json_auto('"
                    + file
                    + "', sample_size=-1, maximum_object_size=100000000))"
            : "read_csv_auto('" + file + "', sample_size=-1)";
    String name = definition.name();
    assertThat(
        name,
        number(sql, "SELECT count(*) FROM " + table),
        is(number(sql, "SELECT count(*) FROM " + source)));
    for (Field field : definition.schema().fields()) {
      String column = column(field, json, !path.isEmpty());
      String what = name + "." + field.name();
      assertThat(
          what,
          number(sql, "SELECT count(\"" + field.name() + "\") FROM " + table),
          is(number(sql, "SELECT count(" + column + ") FROM " + source)));
      Kind kind = field.type().kind();
      if (kind == Kind.LONG || kind == Kind.DOUBLE) {
        double sum = number(sql, "SELECT sum(" + column + "::DOUBLE) FROM " + source);
        assertThat(
            what,
            number(sql, "SELECT sum(\"" + field.name() + "\"::DOUBLE) FROM " + table),
            about(sum));
      } else if (field.type() instanceof TimestampType time
          && "epoch_millis".equals(time.format())) {
        assertThat(
            what,
            number(sql, "SELECT sum(epoch_ms(\"" + field.name() + "\")::DOUBLE) FROM " + table),
            about(number(sql, "SELECT sum(" + column + "::DOUBLE) FROM " + source)));
      }
    }
  }

  private static Matcher<Double> about(double sum) {
    return anyOf(is(sum), closeTo(sum, Math.abs(sum) * 1e-12));
  }

  private static String column(Field field, boolean json, boolean nested) {
    List<String> names =
        json ? JsonFieldPath.names(field.physicalName()) : List.of(field.physicalName());
    String quoted = String.join(".", names.stream().map(name -> '"' + name + '"').toList());
    return nested ? "r." + quoted : quoted;
  }

  private static double number(Statement sql, String query) throws SQLException {
    try (ResultSet result = sql.executeQuery(query)) {
      result.next();
      return result.getDouble(1);
    }
  }
}
