package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * SQLite by URLs like {@code jdbc:faulty:/tmp/x.db}, of which {@link Faults} lets connecting and
 * prepared statements fail: Iceberg's catalog has no others.
 */
final class FaultyDatabase implements Driver {

  private static final String PREFIX = "jdbc:faulty:";

  /** What databases that follow the standard say of a table that is not there. */
  private static final String NO_TABLE = "42S02";

  /** An error of the operating system, as PostgreSQL calls it. */
  private static final String IO_ERROR = "58030";

  static {
    try {
      DriverManager.registerDriver(new FaultyDatabase());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The URL of a file. */
  static String url(Object file) {
    return PREFIX + file;
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    // What only reads fails before, or not at all.
    asked(Faults.CATALOG_READ, "connect");
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + url.substring(PREFIX.length()), info);
    return (Connection)
        proxy(
            Connection.class,
            (method, arguments) -> {
              Object made = call(connection, method, arguments);
              return method.getName().equals("prepareStatement")
                  ? watched((PreparedStatement) made, (String) arguments[0])
                  : made;
            });
  }

  private static Object watched(PreparedStatement statement, String sql) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          boolean isExecuted = method.getName().startsWith("execute");
          String kind = sql.startsWith("SELECT") ? Faults.CATALOG_READ : Faults.CATALOG_WRITE;
          boolean isLost = isExecuted && asked(kind, sql);
          Object answer = call(statement, method, arguments);
          if (isLost) {
            throw failure(Faults.lost());
          }
          return answer;
        });
  }

  private static boolean asked(String kind, String name) throws SQLException {
    try {
      return Faults.asked(kind, name);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static SQLException failure(IOException e) {
    return new SQLException(e.getMessage(), IO_ERROR, e);
  }

  private interface Calls {
    Object answer(Method method, Object[] arguments) throws Throwable;
  }

  private static Object proxy(Class<?> type, Calls calls) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) ->
            calls.answer(method, arguments == null ? new Object[0] : arguments));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException failed
          && String.valueOf(failed.getMessage()).contains("no such table")) {
        throw new SQLException(failed.getMessage(), NO_TABLE, failed);
      }
      throw e.getCause();
    }
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public java.util.logging.Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("It logs nothing.");
  }
}
