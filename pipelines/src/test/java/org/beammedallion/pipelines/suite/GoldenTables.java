package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tables of golden lakes: the rows that DuckDB computes from the source files, and the rows
 * that Spark SQL finds in the lake. Neither knows the code that is tested.
 */
final class GoldenTables implements AutoCloseable {

  private static final String LINES =
      "read_csv(%s, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '',"
          + " header = false, auto_detect = false, filename = true)";

  private static final String ORDERS =
      """
      CREATE TABLE judged AS SELECT *,
        CASE WHEN NOT sound_json THEN 'MALFORMED'
          WHEN amount_type NOT IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'NULL') OR NOT texts
            OR ordered_text IS NOT NULL AND ordered_at IS NULL
            OR updated_text IS NOT NULL AND updated_at IS NULL THEN 'TYPE_MISMATCH'
          WHEN order_id IS NULL OR customer_id IS NULL OR amount IS NULL OR currency IS NULL
            OR ordered_at IS NULL OR updated_at IS NULL THEN 'MISSING_REQUIRED'
          WHEN NOT regexp_full_match(order_id, 'o-[0-9]{6}') OR amount NOT BETWEEN 0 AND 1000000
            OR currency NOT IN ('EUR', 'USD', 'GBP') THEN 'RULE_VIOLATION' END AS reason
      FROM (
        SELECT part, sound_json, j->>'order_id' AS order_id, j->>'customer_id' AS customer_id,
          j->>'customer_email' AS customer_email, try_cast(j->>'amount' AS DECIMAL(12,2)) AS amount,
          j->>'currency' AS currency, j->>'status' AS status,
          CASE WHEN part > 0 THEN j->>'coupon' END AS coupon,
          j->>'ordered_at' AS ordered_text, try_cast(j->>'ordered_at' AS TIMESTAMPTZ) AS ordered_at,
          j->>'updated_at' AS updated_text, try_cast(j->>'updated_at' AS TIMESTAMPTZ) AS updated_at,
          coalesce(json_type(j, '$.amount'), 'NULL') AS amount_type,
          list_bool_and([coalesce(json_type(j, '$.' || f), 'NULL') IN ('VARCHAR', 'NULL') FOR f IN
            ['order_id', 'customer_id', 'customer_email', 'currency', 'status', 'ordered_at', 'updated_at']])
            AS texts
        FROM (
          SELECT regexp_extract(filename, 'part-(\\d)', 1)::INT AS part,
            coalesce(json_valid(line) AND json_type(CASE WHEN json_valid(line) THEN line END) = 'OBJECT', false)
              AS sound_json,
            CASE WHEN json_valid(line) THEN line::JSON END AS j
          FROM %s))
      """;

  private static final String LATEST_ORDERS =
      """
      CREATE TABLE orders AS SELECT * FROM judged WHERE reason IS NULL
        QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC, coupon DESC NULLS LAST) = 1
      """;

  private static final String CUSTOMERS =
      """
      CREATE TABLE versions AS SELECT DISTINCT j->>'customer_id' AS customer_id, j->>'name' AS name,
        j->>'email' AS email, j->>'segment' AS segment, j->>'country' AS country,
        (j->>'changed_at')::TIMESTAMPTZ AS changed_at
      FROM (SELECT line::JSON AS j FROM %s)
      """;

  private static final String HISTORY =
      """
      CREATE TABLE history AS SELECT customer_id, segment, country, changed_at AS valid_from,
        lead(changed_at) OVER (PARTITION BY customer_id ORDER BY changed_at) AS valid_to
      FROM (SELECT *, lag(segment || '/' || country) OVER (PARTITION BY customer_id ORDER BY changed_at) AS earlier
        FROM versions)
      WHERE earlier IS NULL OR earlier <> segment || '/' || country
      """;

  private static final String CHANGES =
      """
      CREATE TABLE changes AS SELECT DISTINCT coalesce(j->'after'->>'id', j->'before'->>'id')::BIGINT AS id,
        j->>'op' AS op, (j->'source'->>'lsn')::BIGINT AS lsn, (j->'source'->>'ts_ms')::BIGINT * 1000 AS micros,
        j->'after'->>'owner' AS owner, j->'after'->>'email' AS email,
        (j->'after'->>'balance')::DECIMAL(12,2) AS balance, (j->'after'->>'opened_on')::INT AS opened_on
      FROM (SELECT line::JSON AS j FROM %s WHERE line <> 'null')
      """;

  private static final String ACCOUNTS =
      """
      CREATE TABLE accounts AS SELECT * FROM (
        SELECT * FROM changes QUALIFY row_number() OVER (PARTITION BY id ORDER BY lsn DESC) = 1)
      WHERE op <> 'd'
      """;

  private static final String ACCOUNT_HISTORY =
      """
      CREATE TABLE account_history AS SELECT * FROM (
        SELECT id, op, email, micros AS valid_from, lead(micros) OVER (PARTITION BY id ORDER BY lsn) AS valid_to
        FROM (SELECT *, lag(op) OVER w AS op_before, lag(email) OVER w AS email_before FROM changes
          WINDOW w AS (PARTITION BY id ORDER BY lsn))
        WHERE op = 'd' OR op_before IS NULL OR op_before = 'd' OR email IS DISTINCT FROM email_before)
      WHERE op <> 'd'
      """;

  private final Connection connection;
  private final boolean hasCoupons;

  /** What each reason of dead letters counts, of the orders of a part. */
  Map<String, Long> rejected(int part) throws SQLException {
    Map<String, Long> reasons = new TreeMap<>();
    for (List<String> row :
        rows(
            "SELECT reason, count(*) FROM judged WHERE reason IS NOT NULL AND part = "
                + part
                + " GROUP BY 1")) {
      reasons.put(row.get(0), Long.parseLong(row.get(1)));
    }
    return reasons;
  }

  private GoldenTables(Connection connection, boolean hasCoupons) {
    this.connection = connection;
    this.hasCoupons = hasCoupons;
  }

  /**
   * Computes from the files that are there.
   *
   * @param name of the golden lake
   * @param parts how many of the parts of the records
   */
  static GoldenTables of(String name, Path input, int parts) throws SQLException {
    GoldenTables tables =
        new GoldenTables(
            DriverManager.getConnection("jdbc:duckdb:"), name.startsWith("orders") && parts > 1);
    tables.execute("SET TimeZone = 'UTC'");
    String lines = tables.lines(input.resolve("data"), parts);
    if (name.startsWith("accounts")) {
      tables.execute(CHANGES.formatted(lines));
      tables.execute(ACCOUNTS);
      tables.execute(ACCOUNT_HISTORY);
      return tables;
    }
    tables.execute(ORDERS.formatted(lines));
    tables.execute(LATEST_ORDERS);
    if (name.startsWith("star")) {
      tables.execute(CUSTOMERS.formatted(tables.lines(input.resolve("customers"), parts)));
      tables.execute(HISTORY);
    }
    return tables;
  }

  private String lines(Path folder, int parts) {
    List<String> files = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      files.add("'" + folder.resolve("part-" + part + ".jsonl") + "'");
    }
    return LINES.formatted(files);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<List<String>> rows(String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /**
   * A table: its name in the lake, and what DuckDB computes of the input and what a reader finds.
   */
  record Table(String layer, String name, List<List<String>> expected, List<List<String>> actual) {}

  /** All tables of a golden lake. */
  List<Table> compare(String name, Lake lake) throws SQLException {
    List<Table> tables = new ArrayList<>();
    if (name.startsWith("accounts")) {
      tables.add(silverAccounts(lake));
      tables.add(dimAccount(lake));
      tables.add(balanceDaily(lake));
      return tables;
    }
    tables.add(silverOrders(lake));
    if (name.startsWith("star")) {
      tables.add(silverCustomers(lake));
      tables.add(dimCustomer(lake));
      tables.add(factOrders(lake));
    } else {
      tables.add(revenueHourly(lake));
    }
    return tables;
  }

  /** The table that the lake's last pipeline writes into silver. */
  Table silver(String name, Lake lake) throws SQLException {
    return name.startsWith("accounts") ? silverAccounts(lake) : silverOrders(lake);
  }

  private Table silverOrders(Lake lake) throws SQLException {
    List<String> columns =
        new ArrayList<>(
            List.of("order_id", "customer_id", "customer_email", "amount", "currency", "status"));
    columns.addAll(List.of("ordered_at", "updated_at"));
    if (hasCoupons) {
      columns.add("coupon");
    }
    return new Table(
        "silver",
        "orders",
        rows(
            "SELECT order_id, customer_id, customer_email, CAST(amount AS VARCHAR), currency,"
                + " status, epoch_us(ordered_at), epoch_us(updated_at)"
                + (hasCoupons ? ", coupon" : "")
                + " FROM orders ORDER BY order_id"),
        lake.read("silver", "orders")
            .orderBy("order_id")
            .textWithEpochs(columns.toArray(String[]::new)));
  }

  private Table revenueHourly(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "revenue_hourly",
        rows(
            "SELECT epoch_us(date_trunc('hour', ordered_at)), epoch_us(date_trunc('hour',"
                + " ordered_at)) + 3600000000, currency, count(*), CAST(sum(amount) AS VARCHAR)"
                + " FROM orders GROUP BY 1, 2, 3 ORDER BY 1, 3"),
        lake.read("gold", "revenue_hourly")
            .orderBy("window_start", "currency")
            .textWithEpochs("window_start", "window_end", "currency", "orders", "revenue"));
  }

  private Table silverCustomers(Lake lake) throws SQLException {
    return new Table(
        "silver",
        "customers",
        rows(
            "SELECT customer_id, name, email, segment, country, epoch_us(changed_at) FROM versions"
                + " QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY changed_at DESC) ="
                + " 1 ORDER BY 1"),
        lake.read("silver", "customers")
            .orderBy("customer_id")
            .textWithEpochs("customer_id", "name", "email", "segment", "country", "changed_at"));
  }

  private Table dimCustomer(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "dim_customer",
        rows(
            "SELECT customer_id, segment, country, epoch_us(valid_from), epoch_us(valid_to),"
                + " valid_to IS NULL FROM history ORDER BY 1, 4"),
        lake.read("gold", "dim_customer")
            .orderBy("customer_id", "valid_from")
            .textWithEpochs(
                "customer_id", "segment", "country", "valid_from", "valid_to", "is_current"));
  }

  private Table factOrders(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "fact_orders",
        rows(
            "SELECT o.order_id, epoch_us(o.ordered_at), h.customer_id, h.segment, h.country,"
                + " CAST(o.amount AS VARCHAR), o.currency FROM orders o LEFT JOIN history h"
                + " ON h.customer_id = o.customer_id AND o.ordered_at >= h.valid_from"
                + " AND (h.valid_to IS NULL OR o.ordered_at < h.valid_to) ORDER BY 1"),
        factsWithCustomers(lake));
  }

  private static List<List<String>> factsWithCustomers(Lake lake) {
    Map<String, String> customers = new HashMap<>();
    for (List<String> row : lake.read("gold", "dim_customer").text("customer_key", "customer_id")) {
      if (customers.put(row.get(0), row.get(1)) != null) {
        throw new AssertionError("dim_customer has the key " + row.get(0) + " twice.");
      }
    }
    List<List<String>> facts = new ArrayList<>();
    for (List<String> fact :
        lake.read("gold", "fact_orders")
            .orderBy("order_id")
            .textWithEpochs(
                "order_id",
                "ordered_at",
                "customer_key",
                "segment",
                "country",
                "amount",
                "currency")) {
      List<String> row = new ArrayList<>(fact);
      row.set(2, String.valueOf(customers.get(fact.get(2))));
      facts.add(row);
    }
    return facts;
  }

  private Table silverAccounts(Lake lake) throws SQLException {
    return new Table(
        "silver",
        "accounts",
        rows(
            "SELECT id, owner, email, CAST(balance AS VARCHAR), opened_on, micros FROM accounts"
                + " ORDER BY id"),
        AccountHistory.rows(lake));
  }

  private Table dimAccount(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "dim_account",
        rows(
            "SELECT id, email, valid_from, valid_to, valid_to IS NULL FROM account_history ORDER BY"
                + " 1, 3"),
        lake.read("gold", "dim_account")
            .orderBy("id", "valid_from")
            .textWithEpochs("id", "email", "valid_from", "valid_to", "is_current"));
  }

  private Table balanceDaily(Lake lake) throws SQLException {
    String day = "micros // 86400000000 * 86400000000";
    return new Table(
        "gold",
        "balance_daily",
        rows(
            "SELECT "
                + day
                + ", count(*), CAST(sum(balance) AS VARCHAR) FROM accounts GROUP BY 1 ORDER BY 1"),
        lake.read("gold", "balance_daily")
            .orderBy("window_start")
            .textWithEpochs("window_start", "accounts", "balance"));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
