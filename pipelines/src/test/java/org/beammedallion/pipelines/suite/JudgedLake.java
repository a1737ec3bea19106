package org.beammedallion.pipelines.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.beammedallion.fixtures.bench.DeltaTable;

/**
 * All that a lake holds, as readers tell it that know none of our code: DuckDB the rows of tables,
 * in the files that a replay of Delta's log or Iceberg's own library names; Avro's reader bronze.
 */
final class JudgedLake {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where rows come from: other files, where the same records are cut otherwise. */
  static final List<String> PLACE = List.of("_source", "_position");

  private JudgedLake() {}

  /**
   * The rows of each table of silver and gold, as JSON, sorted; by layer and name.
   *
   * @param without columns that are left out
   */
  static Map<String, List<String>> tables(Path lake, List<String> without)
      throws IOException, SQLException {
    Map<String, List<String>> tables = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = connection.createStatement()) {
      sql.execute("SET TimeZone = 'UTC'");
      for (String layer : List.of("silver", "gold")) {
        for (Path table : folders(lake.resolve(layer))) {
          tables.put(layer + "." + table.getFileName(), rows(sql, table, without));
        }
      }
    }
    return tables;
  }

  private static List<Path> folders(Path layer) throws IOException {
    if (!Files.isDirectory(layer)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(layer)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static List<String> rows(Statement sql, Path table, List<String> without)
      throws IOException, SQLException {
    String query = DeltaTable.isAt(table) ? DeltaTable.read(table, sql).select() : iceberg(table);
    if (query.isEmpty()) {
      return List.of();
    }
    String names =
        without.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ", "[", "]"));
    List<String> rows = new ArrayList<>();
    try (ResultSet result =
        sql.executeQuery(
            "SELECT to_json(t) FROM (SELECT COLUMNS(c -> NOT list_contains("
                + names
                + "::VARCHAR[], c)) FROM ("
                + query
                + ")) t")) {
      while (result.next()) {
        rows.add(sorted(result.getString(1)));
      }
    }
    Collections.sort(rows);
    return rows;
  }

  /** Files of one table may have their columns in another order. */
  private static String sorted(String object) throws IOException {
    Map<String, JsonNode> fields = new TreeMap<>();
    JSON.readTree(object)
        .fields()
        .forEachRemaining(each -> fields.put(each.getKey(), each.getValue()));
    return fields.toString();
  }

  private static String iceberg(Path table) throws IOException, SQLException {
    return iceberg(
        new BaseTable(
            new StaticTableOperations(newestMetadata(table), new PathsAlone()), table.toString()));
  }

  /** As the lake's catalog tells it, or where there is none the table's own folder. */
  private static String newestMetadata(Path table) throws IOException, SQLException {
    Path database = table.resolve("../../catalog.db").normalize();
    if (!Files.exists(database)) {
      try (Stream<Path> files = Files.list(table.resolve("metadata"))) {
        return files
            .filter(file -> file.getFileName().toString().matches("v\\d+\\.metadata\\.json"))
            .max(Comparator.comparingInt(JudgedLake::version))
            .orElseThrow()
            .toString();
      }
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT metadata_location FROM iceberg_tables"
                    + " WHERE table_namespace = ? AND table_name = ?")) {
      statement.setString(1, table.getParent().getFileName().toString());
      statement.setString(2, table.getFileName().toString());
      try (ResultSet found = statement.executeQuery()) {
        if (!found.next()) {
          throw new IOException(table + " is not in " + database);
        }
        return PathsAlone.path(found.getString(1));
      }
    }
  }

  private static int version(Path metadata) {
    return Integer.parseInt(metadata.getFileName().toString().replaceAll("\\D", ""));
  }

  private static String iceberg(BaseTable table) throws IOException {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          throw new IOException(table.name() + " has deleted rows in files, which are not read");
        }
        files.add("'" + PathsAlone.path(task.file().location()) + "'");
      }
    }
    return files.isEmpty()
        ? ""
        : "SELECT * FROM read_parquet([" + String.join(", ", files) + "], union_by_name = true)";
  }

  /** Iceberg's files on the local disk, whatever scheme the table has written them under. */
  private static final class PathsAlone implements FileIO {
    private static final long serialVersionUID = 1L;

    static String path(String location) {
      return location.replaceFirst("^[a-z]+:(?=/)", "");
    }

    @Override
    public InputFile newInputFile(String location) {
      return org.apache.iceberg.Files.localInput(path(location));
    }

    @Override
    public OutputFile newOutputFile(String location) {
      return org.apache.iceberg.Files.localOutput(path(location));
    }

    @Override
    public void deleteFile(String location) {
      if (!Path.of(path(location)).toFile().delete()) {
        throw new IllegalStateException(location);
      }
    }
  }

  /**
   * Dead letters as their files have them, sorted.
   *
   * @param without fields that are left out
   */
  static List<String> quarantine(Path lake, List<String> without) throws IOException {
    List<String> letters = new ArrayList<>();
    for (Path file : files(lake.resolve("quarantine"), ".jsonl")) {
      for (String line : Files.readAllLines(file)) {
        ObjectNode letter = (ObjectNode) JSON.readTree(line);
        letters.add(letter.remove(without).toString());
      }
    }
    Collections.sort(letters);
    return letters;
  }

  /** Every record in bronze: where it came from, and its bytes; sorted. */
  static List<String> bronze(Path lake) throws IOException {
    List<String> records = new ArrayList<>();
    for (Path file : files(lake.resolve("bronze"), ".avro")) {
      try (DataFileReader<GenericRecord> reader =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        for (GenericRecord record : reader) {
          records.add(
              record.get("source")
                  + " "
                  + record.get("position")
                  + " "
                  + StandardCharsets.UTF_8.decode(
                      ((ByteBuffer) record.get("payload")).duplicate()));
        }
      }
    }
    Collections.sort(records);
    return records;
  }

  /** What the ledgers of the cycles say, by cycle. */
  static Map<String, ObjectNode> ledgers(Path lake) throws IOException {
    Map<String, ObjectNode> ledgers = new TreeMap<>();
    for (Path file : files(lake.resolve("_medallion"), ".json")) {
      if (file.getParent().getFileName().toString().equals("ledgers")) {
        ledgers.put(file.getFileName().toString(), (ObjectNode) JSON.readTree(file.toFile()));
      }
    }
    return ledgers;
  }

  private static List<Path> files(Path root, String ending) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
