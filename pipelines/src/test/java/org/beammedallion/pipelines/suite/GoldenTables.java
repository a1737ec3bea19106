package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.fixtures.spark.SparkTables;

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

  /** A table: its name in the lake, and what DuckDB and Spark SQL say of it. */
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
    String columns =
        "order_id, customer_id, customer_email, CAST(amount AS %s), currency, status, ";
    String coupon = hasCoupons ? ", coupon" : "";
    return new Table(
        "silver",
        "orders",
        rows(
            "SELECT "
                + columns.formatted("VARCHAR")
                + "epoch_us(ordered_at), epoch_us(updated_at)"
                + coupon
                + " FROM orders ORDER BY order_id"),
        SparkTables.rows(
            "SELECT "
                + columns.formatted("STRING")
                + "unix_micros(ordered_at), unix_micros(updated_at)"
                + coupon
                + " FROM "
                + lake.table("silver", "orders")
                + " ORDER BY order_id"));
  }

  private Table revenueHourly(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "revenue_hourly",
        rows(
            "SELECT epoch_us(date_trunc('hour', ordered_at)), epoch_us(date_trunc('hour',"
                + " ordered_at)) + 3600000000, currency, count(*), CAST(sum(amount) AS VARCHAR)"
                + " FROM orders GROUP BY 1, 2, 3 ORDER BY 1, 3"),
        SparkTables.rows(
            "SELECT unix_micros(window_start), unix_micros(window_end), currency, orders,"
                + " CAST(revenue AS STRING) FROM "
                + lake.table("gold", "revenue_hourly")
                + " ORDER BY 1, 3"));
  }

  private Table silverCustomers(Lake lake) throws SQLException {
    return new Table(
        "silver",
        "customers",
        rows(
            "SELECT customer_id, name, email, segment, country, epoch_us(changed_at) FROM versions"
                + " QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY changed_at DESC) ="
                + " 1 ORDER BY 1"),
        SparkTables.rows(
            "SELECT customer_id, name, email, segment, country, unix_micros(changed_at) FROM "
                + lake.table("silver", "customers")
                + " ORDER BY 1"));
  }

  private Table dimCustomer(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "dim_customer",
        rows(
            "SELECT customer_id, segment, country, epoch_us(valid_from), epoch_us(valid_to),"
                + " valid_to IS NULL FROM history ORDER BY 1, 4"),
        SparkTables.rows(
            "SELECT customer_id, segment, country, unix_micros(valid_from), unix_micros(valid_to),"
                + " is_current FROM "
                + lake.table("gold", "dim_customer")
                + " ORDER BY 1, 4"));
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
        SparkTables.rows(
            "SELECT f.order_id, unix_micros(f.ordered_at), c.customer_id, f.segment, f.country,"
                + " CAST(f.amount AS STRING), f.currency FROM "
                + lake.table("gold", "fact_orders")
                + " f LEFT JOIN "
                + lake.table("gold", "dim_customer")
                + " c ON c.customer_key = f.customer_key ORDER BY 1"));
  }

  private Table silverAccounts(Lake lake) throws SQLException {
    return new Table(
        "silver",
        "accounts",
        rows(
            "SELECT id, owner, email, CAST(balance AS VARCHAR), opened_on, micros FROM accounts"
                + " ORDER BY id"),
        SparkTables.rows(
            String.format(AccountHistory.QUERY, lake.table("silver", "accounts"))
                + " ORDER BY id"));
  }

  private Table dimAccount(Lake lake) throws SQLException {
    return new Table(
        "gold",
        "dim_account",
        rows(
            "SELECT id, email, valid_from, valid_to, valid_to IS NULL FROM account_history ORDER BY"
                + " 1, 3"),
        SparkTables.rows(
            "SELECT id, email, unix_micros(valid_from), unix_micros(valid_to), is_current FROM "
                + lake.table("gold", "dim_account")
                + " ORDER BY 1, 3"));
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
        SparkTables.rows(
            "SELECT unix_micros(window_start), accounts, CAST(balance AS STRING) FROM "
                + lake.table("gold", "balance_daily")
                + " ORDER BY 1"));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
