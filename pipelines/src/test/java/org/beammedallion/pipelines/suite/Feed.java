package org.beammedallion.pipelines.suite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.jspecify.annotations.Nullable;

/**
 * A server with two feeds of records, as many REST interfaces have them: {@code GET /a?after=7}
 * answers with the records behind the seventh, one line of JSON each. No answer is like another:
 * each request finds more records than the one before, and every record tells by which request it
 * was read.
 */
final class Feed implements AutoCloseable {

  private static final int GROWTH = 100;

  /** Of one answer. */
  private static final long MOST_BYTES = 64L << 20;

  private static final List<String> PARTS = List.of("a", "b");

  private final HttpServer server;
  private final Map<String, Integer> sizes = new TreeMap<>();
  private int requests;
  private int failures;
  private String failing = "";

  private Feed(HttpServer server) {
    this.server = server;
  }

  static Feed start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Feed feed = new Feed(server);
    server.createContext("/", feed::answer);
    server.start();
    return feed;
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String part = exchange.getRequestURI().getPath().substring(1);
      if (part.equals(failing)) {
        failures++;
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      requests++;
      int after =
          Integer.parseInt(exchange.getRequestURI().getQuery().substring("after=".length()));
      int size = sizes.merge(part, GROWTH, Integer::sum);
      StringBuilder lines = new StringBuilder();
      for (int number = after + 1; number <= size; number++) {
        lines
            .append("{\"part\":\"")
            .append(part)
            .append("\",\"number\":")
            .append(number)
            .append(",\"request\":")
            .append(requests)
            .append("}\n");
      }
      byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Has requests for a feed fail; none where it is empty. */
  synchronized void fail(String part) {
    failing = part;
  }

  synchronized int requests() {
    return requests;
  }

  synchronized int failures() {
    return failures;
  }

  Source source() {
    return new FeedSource("http://localhost:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** Reads each feed from where the last cycle has ended to wherever it ends. */
  private record FeedSource(String server) implements Source {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean isRepeatable(List<Shard> shards) {
      return false;
    }

    @Override
    public boolean isByPosition() {
      return true;
    }

    @Override
    public SourcePlan plan(SourceState state, PlanRequest request) {
      List<Shard> shards = new ArrayList<>();
      for (String part : PARTS) {
        String uri = server + "/" + part;
        long after = Long.parseLong(state.positions().getOrDefault(uri, "0"));
        shards.add(new FileShard(shards.size(), uri, 0, Instant.EPOCH, after, after));
      }
      return new SourcePlan(
          shards, false, PARTS.size(), PARTS.size(), 0, List.of(), null, List.of());
    }

    @Override
    public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
      long after = ((FileShard) shard).from();
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(shard.uri() + "?after=" + after).toURL().openConnection();
      try (InputStream in = connection.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(shard, after, text.lines().toList());
      }
    }

    @Override
    public Estimate estimate(Shard shard) {
      return new Estimate(MOST_BYTES, MOST_BYTES);
    }
  }

  /** The records of one answer, ten in a batch. */
  private static final class Answer implements RawBatches {
    private static final int BATCH = 10;

    private final Shard shard;
    private final List<String> lines;
    private final long after;
    private int next;

    Answer(Shard shard, long after, List<String> lines) {
      this.shard = shard;
      this.after = after;
      this.lines = lines;
    }

    @Override
    public @Nullable RawBatch next() {
      RecordCollector batch = new RecordCollector(Framing.of(shard.uri(), shard.number()));
      for (int i = 0; i < BATCH && next < lines.size(); i++, next++) {
        byte[] record = lines.get(next).getBytes(StandardCharsets.UTF_8);
        batch.add(record, 0, record.length, after + next + 1);
      }
      return batch.take();
    }

    @Override
    public String reached() {
      return Long.toString(after + lines.size());
    }

    @Override
    public void close() {}
  }
}
