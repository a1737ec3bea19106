package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.beammedallion.fixtures.spark.SparkTables;

/**
 * Customers that change and orders that they place, by chance, in the formats of the orders
 * example; and what Spark SQL makes of the very lines.
 */
final class StarData {

  private static final Path EXAMPLE = Path.of("..", "docs", "examples", "orders");
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final int HOURS = 72;

  /** The history of each customer, as Spark SQL finds it in the lines of {@code raw}. */
  private static final String HISTORY =
      """
      SELECT customer_id, segment, country, changed_at AS valid_from,
        lead(changed_at) OVER (PARTITION BY customer_id ORDER BY changed_at) AS valid_to
      FROM (
        SELECT *, lag(struct(segment, country)) OVER (PARTITION BY customer_id ORDER BY changed_at) AS before
        FROM (SELECT DISTINCT customer_id, segment, country, to_timestamp(changed_at) AS changed_at FROM raw_customers))
      WHERE before IS NULL OR before <> struct(segment, country)
      """;

  /** What a fact computes, in SQL that means the same to Beam SQL and to Spark. */
  private static final String EXPRESSIONS =
      """
      CAST(o.amount * 0.19 AS DECIMAL(14, 1)) AS tax, o.amount + 1 AS more,
      COALESCE(UPPER(c.segment), 'unknown – yet') AS segment,
      CASE WHEN c.country = 'DE' THEN 'home' ELSE 'abroad' END AS market,
      EXTRACT(HOUR FROM o.ordered_at) AS at_hour, o.order_id || '/' || o.currency AS label,
      c.country LIKE 'D%' AS is_home, CAST(c.valid_from AS DATE) AS since\
      """
          .replace("\n", " ");

  /**
   * And which facts there are: a condition on silver, one on the dimension, and one that only Beam
   * SQL can tell.
   */
  private static final String CONDITION =
      "o.amount >= 100 AND (c.segment = 'business' OR c.customer_key IS NULL)"
          + " AND MOD(EXTRACT(HOUR FROM o.ordered_at), 5) <> 0";

  private final Path folder;
  private final List<String> customers;
  private final List<String> orders;

  /** Customers that {@link #addCustomers} does not add. */
  private final List<String> others = new ArrayList<>();

  private StarData(Path folder, List<String> customers, List<String> orders) {
    this.folder = folder;
    this.customers = customers;
    this.orders = orders;
  }

  /** Copies the example without its data, and makes up some. */
  static StarData of(Path folder, long seed) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.createDirectories(folder.resolve("customers"));
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Random random = new Random(seed);
    List<String> customers = new ArrayList<>();
    for (int id = 0; id < 40; id++) {
      List<Integer> hours = new ArrayList<>();
      for (int hour = -1; hour < HOURS; hour++) {
        hours.add(hour);
      }
      Collections.shuffle(hours, random);
      for (int hour : hours.subList(0, random.nextInt(7))) {
        customers.add(customer(id, hour, random));
      }
    }
    List<String> orders = new ArrayList<>();
    for (int id = 0; id < 400; id++) {
      for (int version = 0; version <= random.nextInt(2); version++) {
        orders.add(order(id, version, random));
      }
    }
    customers.addAll(customers.subList(0, 10));
    Collections.shuffle(customers, random);
    Collections.shuffle(orders, random);
    return new StarData(folder, customers, orders);
  }

  private static Instant at(int hour) {
    return START.plus(hour, ChronoUnit.HOURS);
  }

  private static String customer(int id, int hour, Random random) {
    return String.format(
        "{\"customer_id\":\"c-%04d\",\"name\":\"n%d\",\"email\":\"e%d\",\"segment\":\"%s\",\"country\":\"%s\",\"changed_at\":\"%s\"}",
        id,
        id,
        hour,
        random.nextBoolean() ? "consumer" : "business",
        random.nextInt(3) == 0 ? "DE" : "FR",
        at(hour));
  }

  /** A later version of an order may be of another customer and time. */
  private static String order(int id, int version, Random random) {
    return String.format(
        "{\"order_id\":\"o-%06d\",\"customer_id\":\"c-%04d\",\"amount\":%d.25,\"currency\":\"EUR\",\"ordered_at\":\"%s\",\"updated_at\":\"%s\"}",
        id,
        random.nextInt(45),
        random.nextInt(500),
        at(random.nextInt(HOURS)).plus(random.nextInt(2) * 59L, ChronoUnit.MINUTES),
        at(HOURS + version));
  }

  Path customersPipeline() {
    return folder.resolve("customers.pipeline.yaml");
  }

  Path ordersPipeline() {
    return folder.resolve("orders.pipeline.yaml");
  }

  /**
   * Keeps the tables of both pipelines in a format.
   *
   * @param format and, behind a plus, how upserts work
   */
  void format(String format) throws IOException {
    String keys = "format: " + format.replace("+", "\n  upsert: ");
    for (Path pipeline : List.of(customersPipeline(), ordersPipeline())) {
      String text = Files.readString(pipeline).replaceAll("\n  format: [^\n]*", "");
      Files.writeString(pipeline, text.replaceFirst("(?m)^silver:", "silver:\n  " + keys));
    }
  }

  /** Adds a fact table that computes and filters. */
  void withExpressions() throws IOException {
    Files.writeString(
        ordersPipeline(),
        Files.readString(ordersPipeline()).stripTrailing()
            + """

              - table: fact_business_orders
                kind: fact
                dimensions: customers.pipeline.yaml
                sql: |
                  SELECT o.order_id, o.ordered_at, c.customer_key, %s
                  FROM orders AS o
                  LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c ON c.customer_id = o.customer_id
                  WHERE %s
            """
                .formatted(EXPRESSIONS, CONDITION));
  }

  /** What {@code fact_business_orders} must say of silver and all lines of customers. */
  List<List<String>> businessFacts(Lake lake) {
    readRaw();
    return SparkTables.rows(
        "SELECT o.order_id, o.ordered_at, c.customer_id, "
            + EXPRESSIONS
            + joined(lake)
            + " WHERE "
            + CONDITION.replace("customer_key", "customer_id")
            + " ORDER BY 1");
  }

  /** The same of the table. */
  static List<List<String>> businessFactTable(Lake lake) {
    return SparkTables.rows(
        "SELECT f.order_id, f.ordered_at, c.customer_id, tax, more, f.segment, market, at_hour, label, is_home, since FROM "
            + lake.table("gold", "fact_business_orders")
            + " f LEFT JOIN "
            + lake.table("gold", "dim_customer")
            + " c ON c.customer_key = f.customer_key ORDER BY 1");
  }

  /** Leaves the fact table the only gold table of the orders. */
  void withoutAggregate() throws IOException {
    String text = Files.readString(ordersPipeline());
    Files.writeString(
        ordersPipeline(),
        text.replaceFirst("(?s)  - table: revenue_hourly.*?(?=  - table: fact)", ""));
  }

  /** Puts the customers from {@code part} of {@code parts} where the pipeline finds them. */
  void addCustomers(int part, int parts) throws IOException {
    add("customers", customers, part, parts);
  }

  void addOrders(int part, int parts) throws IOException {
    add("data", orders, part, parts);
  }

  private void add(String name, List<String> lines, int part, int parts) throws IOException {
    Files.write(
        folder.resolve(name).resolve("part-" + part + "-of-" + parts + ".jsonl"),
        lines.subList(lines.size() * part / parts, lines.size() * (part + 1) / parts),
        StandardCharsets.UTF_8);
  }

  /**
   * Puts other customers there, each with five versions, so that a dimension of them takes several
   * files.
   *
   * @param count at most 9,000
   */
  void addManyCustomers(int count) throws IOException {
    Random random = new Random(count);
    List<String> many = new ArrayList<>();
    for (int id = 1000; id < 1000 + count; id++) {
      for (int version = 0; version < 5; version++) {
        many.add(customer(id, version * HOURS / 5, random));
      }
    }
    others.addAll(many);
    Files.write(folder.resolve("customers").resolve("many.jsonl"), many, StandardCharsets.UTF_8);
  }

  /** Takes all customers out of what is to be expected that came with {@link #addCustomers}. */
  void forgetCustomers() {
    customers.clear();
  }

  /** Moves a customer to another country some hours before the last order, and back. */
  void addLateCustomer() throws IOException {
    List<String> late =
        List.of(
            customerIn("c-0007", "AT", at(HOURS - 30)), customerIn("c-0007", "FR", at(HOURS - 2)));
    customers.addAll(late);
    Files.write(folder.resolve("customers").resolve("late.jsonl"), late, StandardCharsets.UTF_8);
  }

  /** The same lines in another file. */
  void repeatLateCustomer() throws IOException {
    Path customers = folder.resolve("customers");
    Files.copy(customers.resolve("late.jsonl"), customers.resolve("late-again.jsonl"));
  }

  /** Makes {@code dim_customer} one of type 1. */
  void withoutHistory() throws IOException {
    String text = Files.readString(customersPipeline());
    Files.writeString(
        customersPipeline(),
        text.replaceFirst("type: 2", "type: 1")
            .replaceFirst("\n    track: [^\n]*", "")
            .replaceFirst("\n    validFrom: [^\n]*", ""));
  }

  /** What {@code dim_customer} must say of all lines where it has no history. */
  List<List<String>> latest() {
    readRaw();
    return SparkTables.rows(
        "SELECT customer_id, max_by(segment, changed_at), max_by(country, changed_at) FROM raw_customers"
            + " GROUP BY 1 ORDER BY 1");
  }

  /** The same of the table. */
  static List<List<String>> latest(Lake lake) {
    return lake.read("gold", "dim_customer")
        .orderBy("customer_id")
        .text("customer_id", "segment", "country");
  }

  private static String customerIn(String id, String country, Instant time) {
    return String.format(
        "{\"customer_id\":\"%s\",\"segment\":\"consumer\",\"country\":\"%s\",\"changed_at\":\"%s\"}",
        id, country, time.plus(1, ChronoUnit.SECONDS));
  }

  /** Orders in the same hours as those that the late versions may be about. */
  static long ordersInLateHours(Lake lake) {
    String orders = lake.table("silver", "orders");
    return SparkTables.rows(
            "SELECT order_id FROM "
                + orders
                + " WHERE date_trunc('HOUR', ordered_at) IN (SELECT date_trunc('HOUR', ordered_at) FROM "
                + orders
                + " WHERE customer_id = 'c-0007' AND ordered_at > timestamp'"
                + at(HOURS - 30)
                + "')")
        .size();
  }

  private static String columns(String alias) {
    return alias + "customer_id, " + alias + "segment, " + alias + "country";
  }

  /** How many customers the lines name. */
  List<List<String>> knownCustomers() {
    readRaw();
    return SparkTables.rows("SELECT COUNT(DISTINCT customer_id) FROM raw_customers");
  }

  /** What {@code dim_customer} must say of all lines. */
  List<List<String>> history() {
    readRaw();
    return SparkTables.rows(
        "SELECT "
            + columns("")
            + ", valid_from, valid_to, valid_to IS NULL FROM ("
            + HISTORY
            + ") ORDER BY customer_id, valid_from");
  }

  /** The same of the table. */
  static List<List<String>> history(Lake lake) {
    return SparkTables.rows(
        "SELECT "
            + columns("")
            + ", valid_from, valid_to, is_current FROM "
            + lake.table("gold", "dim_customer")
            + " ORDER BY customer_id, valid_from");
  }

  /** What {@code fact_orders} must say of silver and all lines of customers. */
  List<List<String>> facts(Lake lake) {
    readRaw();
    return SparkTables.rows(
        "SELECT o.order_id, o.ordered_at, c.customer_id, c.segment, c.country, o.amount, o.currency"
            + joined(lake)
            + " ORDER BY 1");
  }

  private static String joined(Lake lake) {
    return " FROM "
        + lake.table("silver", "orders")
        + " o LEFT JOIN ("
        + HISTORY
        + ") c ON c.customer_id = o.customer_id AND o.ordered_at >= c.valid_from"
        + " AND (c.valid_to IS NULL OR o.ordered_at < c.valid_to)";
  }

  /** The same of the table; the customer by the surrogate key that the fact has. */
  static List<List<String>> factTable(Lake lake) {
    return SparkTables.rows(
        "SELECT f.order_id, f.ordered_at, c.customer_id, f.segment, f.country, f.amount, f.currency FROM "
            + lake.table("gold", "fact_orders")
            + " f LEFT JOIN "
            + lake.table("gold", "dim_customer")
            + " c ON c.customer_key = f.customer_key ORDER BY 1");
  }

  private void readRaw() {
    List<String> lines = new ArrayList<>(customers);
    lines.addAll(others);
    SparkTables.session().createDataset(lines, Encoders.STRING()).createOrReplaceTempView("lines");
    SparkTables.sql(
        "CREATE OR REPLACE TEMPORARY VIEW raw_customers AS SELECT j.* FROM (SELECT from_json(value,"
            + " 'customer_id STRING, segment STRING, country STRING, changed_at STRING') AS j FROM lines)");
  }
}
