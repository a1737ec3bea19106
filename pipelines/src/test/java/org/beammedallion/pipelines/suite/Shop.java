package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.pipelines.cli.CommandLines;

/**
 * Orders whose contract has two versions. The second one adds a note, calls the price cost, has a
 * wider quantity, and knows no e-mail.
 */
record Shop(Path folder) {

  static final String FIRST =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: shop
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: orders
          properties:
            - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
            - {name: at, logicalType: timestamp, required: true}
            - {name: version, logicalType: integer, required: true}
            - {name: price, logicalType: number, physicalType: 'decimal(9,2)'}
            - {name: quantity, logicalType: integer, physicalType: int}
            - {name: email, logicalType: string}
      """;

  static final String SECOND =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: shop
      version: 2.0.0
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: orders
          properties:
            - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
            - {name: at, logicalType: timestamp, required: true}
            - {name: version, logicalType: integer, required: true}
            - name: cost
              physicalName: price
              logicalType: number
              physicalType: decimal(20,2)
              customProperties:
                - {property: renamedFrom, value: price}
            - {name: quantity, logicalType: integer, physicalType: bigint}
            - {name: note, logicalType: string}
      """;

  private static final String PIPELINE =
      """
      pipeline: shop
      contract: shop.odcs.yaml
      source: {server: local}
      silver:
        write: upsert
        latestBy: version
        eventTime: at
        partitionBy: day(at)
        format: %s
      gold:
        - table: sold_daily
          window: {type: tumbling, size: 1d}
          sql: SELECT SUM(quantity) AS quantity FROM orders
      """;

  static Shop open(Path folder, String format) throws IOException {
    Shop shop = new Shop(folder);
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(shop.pipeline(), PIPELINE.formatted(format));
    shop.contract(FIRST);
    shop.data(
        "1",
        """
        {"id":"a","at":"2026-11-01T08:00:00Z","version":1,"price":1.50,"quantity":2,"email":"a@x.org"}
        {"id":"b","at":"2026-11-01T09:00:00Z","version":1,"price":2.50,"quantity":3,"email":"b@x.org"}
        {"id":"c","at":"2026-11-02T09:00:00Z","version":1,"quantity":4}
        """);
    return shop;
  }

  Path pipeline() {
    return folder.resolve("shop.pipeline.yaml");
  }

  void contract(String yaml) throws IOException {
    Files.writeString(folder.resolve("shop.odcs.yaml"), yaml);
  }

  void policy(String policy) throws IOException {
    String text = Files.readString(pipeline()).replaceAll("(?m)^schemaPolicy:.*\\n", "");
    Files.writeString(pipeline(), text + "schemaPolicy: " + policy + "\n");
  }

  void data(String name, String lines) throws IOException {
    Files.writeString(folder.resolve("data").resolve(name + ".jsonl"), lines);
  }

  /** A changed order and a new one, by the second version of the contract. */
  void secondData() throws IOException {
    data(
        "2",
        """
        {"id":"b","at":"2026-11-01T09:00:00Z","version":2,"price":2.75,"quantity":5000000000,"note":"more"}
        {"id":"d","at":"2026-11-02T10:00:00Z","version":1,"price":123456789012.25,"quantity":1,"note":"new"}
        """);
  }

  /** What a command over a lake prints, to both streams. */
  String command(Lake lake, String command, String... arguments) {
    return command(pipeline(), lake, command, arguments);
  }

  private static String command(Path pipeline, Lake lake, String command, String... arguments) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(command, pipeline.toString()));
    all.addAll(List.of(arguments));
    all.add("--lake=" + lake.folder());
    CommandLines.execute(new PrintWriter(out), new PrintWriter(out), all.toArray(String[]::new));
    return out.toString();
  }

  /** A table's rows as {@code medallion read} prints them, sorted. */
  List<String> read(Lake lake, String table, String columns) {
    return read(pipeline(), lake, table, columns);
  }

  /** The same, asked by another pipeline file. */
  static List<String> read(Path pipeline, Lake lake, String table, String columns) {
    return command(pipeline, lake, "read", table, "--columns=" + columns, "--format=csv")
        .lines()
        .sorted()
        .toList();
  }
}
