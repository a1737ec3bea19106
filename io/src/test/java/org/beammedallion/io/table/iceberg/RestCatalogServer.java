package org.beammedallion.io.table.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.beammedallion.io.table.iceberg.catalog.StorageFileIO;

/**
 * Iceberg's own handlers of its REST protocol behind an HTTP server, in front of a database.
 * Requests without the right token are refused.
 */
final class RestCatalogServer implements AutoCloseable {

  static final String TOKEN = "secret-token";
  private static final ObjectMapper JSON = mapper();

  static {
    // Else each small answer waits for the client's acknowledgement of its header.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final JdbcCatalog catalog = new JdbcCatalog();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  RestCatalogServer(String jdbcUrl, String warehouse) throws IOException {
    catalog.initialize(
        "rest",
        Map.of(
            "uri",
            jdbcUrl,
            "warehouse",
            warehouse,
            "io-impl",
            StorageFileIO.class.getName(),
            "jdbc.schema-version",
            "V1"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/", this::handle);
    server.start();
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        fail(exchange, 401, "NotAuthorizedException", "who are you?");
        return;
      }
      try {
        String path = exchange.getRequestURI().getPath().substring("/v1/".length());
        Object answer = answer(exchange, path.split("/"));
        send(exchange, answer == null ? 204 : 200, answer);
      } catch (NoSuchTableException | NoSuchNamespaceException e) {
        fail(exchange, 404, e.getClass().getSimpleName(), e.getMessage());
      } catch (AlreadyExistsException | CommitFailedException e) {
        fail(exchange, 409, e.getClass().getSimpleName(), e.getMessage());
      } catch (IllegalArgumentException | ValidationException e) {
        fail(exchange, 400, e.getClass().getSimpleName(), e.getMessage());
      } catch (RuntimeException e) {
        // A defect is the server's fault: the client's request fails, and says why.
        fail(exchange, 500, e.getClass().getSimpleName(), e.toString());
      }
    }
  }

  /** The answer's body, or null where it has none. */
  private Object answer(HttpExchange exchange, String[] path) throws IOException {
    boolean post = exchange.getRequestMethod().equals("POST");
    if (path[0].equals("config")) {
      return ConfigResponse.builder().build();
    }
    if (path.length == 1) {
      return CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class));
    }
    Namespace namespace = Namespace.of(path[1]);
    if (path.length == 2) {
      return CatalogHandlers.loadNamespace(catalog, namespace);
    }
    if (path.length == 3) {
      return CatalogHandlers.createTable(
          catalog, namespace, read(exchange, CreateTableRequest.class));
    }
    if (path[path.length - 1].equals("metrics")) {
      return null;
    }
    TableIdentifier table = TableIdentifier.of(namespace, path[3]);
    return post
        ? CatalogHandlers.updateTable(catalog, table, read(exchange, UpdateTableRequest.class))
        : CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
  }

  private static <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
    return JSON.readValue(exchange.getRequestBody().readAllBytes(), type);
  }

  private static void fail(HttpExchange exchange, int code, String type, String message)
      throws IOException {
    send(
        exchange,
        code,
        ErrorResponse.builder().responseCode(code).withType(type).withMessage(message).build());
  }

  private static void send(HttpExchange exchange, int code, Object body) throws IOException {
    boolean bare = body == null || exchange.getRequestMethod().equals("HEAD");
    byte[] bytes =
        bare ? new byte[0] : JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bare ? -1 : bytes.length);
    if (!bare) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    catalog.close();
  }
}
