package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.beammedallion.fixtures.kafka.SchemaRegistry;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.BronzeSource;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.registry.SchemaLookup;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.PipelineFile;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.Test;

/** A registry that is gone, away, closed to the pipeline, or none. */
class SchemaRegistryFaultsTest extends KafkaPayloads {

  @Test
  void bronzeIsReadAgainWithoutTheRegistry() throws Exception {
    broker.deleteTopic(topic);
    broker.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    try (SchemaRegistry other = SchemaRegistry.start(folder.resolve("other"))) {
      int one = other.register(topic, "AVRO", FIRST.toString());
      int two = other.register(topic + "-2", "AVRO", SECOND.toString());
      pipeline("avro", registry(other.url()), "upsert, latestBy: at");
      assertThat(List.of(one, two), is(List.of(1, 2)));
      send(new byte[] {1}, SchemaRegistry.message(one, first(1)));
      send(new byte[] {2}, SchemaRegistry.message(two, second(2)));
      assertThat(read(Runner.DIRECT), is(2L));
      other.kill();
    }
    List<String> rows = new ArrayList<>(List.of(firstRow(1), secondRow(2)));
    assertThat(silver(), equalTo(sorted(rows)));
    assertThat("the cycle's records, decoded again from bronze", decodedFromBronze(), is(2L));
    // What a compacted topic gives is kept first, and the tables are made of bronze.
    send(new byte[] {3}, SchemaRegistry.message(1, first(3)));
    send(new byte[] {4}, SchemaRegistry.message(2, second(4)));
    assertThat(read(Runner.DIRECT), is(2L));
    rows.addAll(List.of(firstRow(3), secondRow(4)));
    assertThat(silver(), equalTo(sorted(rows)));
    send(new byte[] {5}, SchemaRegistry.message(3, first(5)));
    assertThat(run().all(), containsString("The schema registry at"));
    assertThat(silver(), equalTo(sorted(rows)));
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  /** How many rows the first cycle's records become, with the schemas that the lake has. */
  private long decodedFromBronze() throws IOException {
    PipelineFile file = PipelineFile.read(Document.of(pipeline));
    PipelineDefinition definition =
        PipelineDefinition.of(file, DataContract.read(file.contractDocument()));
    String bronze = lake.folder().resolve("bronze/clicks").toString();
    BronzeSource source = new BronzeSource(bronze, 1, 1, 1 << 20);
    SchemaLookup schemas = Objects.requireNonNull(Sources.schemas(definition, bronze));
    long rows = 0;
    for (Shard shard :
        source
            .plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()))
            .shards()) {
      try (RawBatches batches = source.open(shard, BlockSink.NONE)) {
        for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
          rows += Sources.decoder(definition).decode(schemas.in(batch)).count();
        }
      }
    }
    return rows;
  }

  @Test
  void aRegistryThatIsAwayFailsTheCycleAndLosesNothing() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    pipeline("avro", registry("http://127.0.0.1:1/apis/ccompat/v7"), "upsert, latestBy: at");
    Commands.Result failed = run();
    assertThat(failed.all(), failed.code(), is(not(0)));
    assertThat(
        failed.all(),
        allOf(
            containsString(
                "The schema registry at 'http://127.0.0.1:1/apis/ccompat/v7' cannot be read"),
            containsString("Nothing is lost")));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
    // Something that answers and is no registry knows no number either.
    pipeline(
        "avro",
        registry(registry.url().replace("/apis/ccompat/v7", "/elsewhere")),
        "upsert, latestBy: at");
    assertThat(run().all(), containsString("there is nothing at"));
    pipeline("avro", registry(registry.url()), "upsert, latestBy: at");
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
  }

  private Commands.Result run() {
    return Commands.run(
        "run", pipeline.toString(), "--lake=" + lake.folder(), "--runner=DirectRunner");
  }

  @Test
  void aRegistryWithBasicAuthIsReadAndTheSecretIsInNoMessage() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    Path secret = Files.writeString(folder.resolve("password"), "c4n4ry\n");
    HttpServer guarded = guarded("reader:c4n4ry");
    try {
      String url = "http://127.0.0.1:" + guarded.getAddress().getPort();
      String options =
          "kafka: {registry: {url: '"
              + url
              + "', properties: {basic.auth.user.info: 'USER:${file:"
              + secret
              + "}'}}}";
      pipeline("avro", options.replace("USER", "nobody"), "upsert, latestBy: at");
      Commands.Result refused = run();
      assertThat(
          refused.all(),
          allOf(containsString("status 401"), containsString("'basic.auth.user.info'")));
      assertThat(refused.all(), not(containsString("c4n4ry")));
      pipeline("avro", options.replace("USER", "reader"), "upsert, latestBy: at");
      assertThat(read(Runner.DIRECT), is(1L));
    } finally {
      guarded.stop(0);
    }
    assertThat(silver(), equalTo(List.of(firstRow(1))));
  }

  @Test
  void whatStandsBetweenAndAnswersIsNotTakenForASchema() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    HttpServer between =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    between.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"status\": \"starting\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    between.start();
    try {
      pipeline(
          "avro",
          registry("http://127.0.0.1:" + between.getAddress().getPort()),
          "upsert, latestBy: at");
      Commands.Result failed = run();
      assertThat(failed.code(), is(not(0)));
      assertThat(failed.all(), containsString("its answer has no schema"));
    } finally {
      between.stop(0);
    }
    pipeline("avro", registry(registry.url()), "upsert, latestBy: at");
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
  }

  /** The registry behind a server that asks for a user and a password. */
  private static HttpServer guarded(String user) throws IOException {
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            forward(exchange);
          } else {
            exchange.sendResponseHeaders(401, -1);
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private static void forward(HttpExchange exchange) throws IOException {
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(registry.url() + exchange.getRequestURI().getPath()))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
