package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.io.bronze.BronzeRoutes;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.transforms.raw.RoutePiece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pipelines over a topic that another pipeline reads, and keeps in bronze by {@code routeBy}. */
class RoutedByTest extends LandedClicks {

  private void routeBy(String part) throws IOException {
    pipeline = pipeline(", kafka: {routeBy: " + part + "}");
  }

  private void select(String where) throws IOException {
    second = appending("second", ", kafka: {landedBy: clicks, where: {" + where + "}}");
  }

  private void sendBroken() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer
          .send(new ProducerRecord<>(topic, 0, null, "{no json".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  /** Silver and quarantine must be those of a pipeline that reads the topic itself. */
  private void requireTablesOf(String where) throws Exception {
    Path direct = appending("direct", ", kafka: {where: {" + where + "}}");
    Lake other = new Lake(folder.resolve("other"));
    other.cycle(direct, Runner.DIRECT).requireBalance();
    assertThat(secondRows(), equalTo(rows(other.folder(), "direct")));
    assertThat(lake.quarantine("second"), is(other.quarantine("direct")));
  }

  private BronzeRoutes routes(long cycle) throws IOException {
    return BronzeRoutes.find(lake.folder().resolve("bronze/clicks").toString(), cycle)
        .orElseThrow();
  }

  private Ledger second() throws Exception {
    Ledger ledger = lake.cycle(second, Runner.DIRECT);
    ledger.requireBalance();
    return ledger;
  }

  /** Pages are p0 to p6. A message that cannot be looked into is read by everybody. */
  @ParameterizedTest
  @EnumSource(
      value = Runner.class,
      names = {"DIRECT", "FLINK", "SPARK"})
  void aPipelineReadsTheMessagesOfItsRouteAndNoOthers(Runner runner) throws Exception {
    routeBy("$.page");
    select("$.page: p1");
    send(0, 70, 1);
    sendBroken();
    assertThat(read(runner), is(71L));
    send(70, 140, 1);
    assertThat(read(runner), is(70L));
    Set<String> found = new TreeSet<>();
    routes(1)
        .files()
        .forEach(
            file ->
                file.routes().pieces().forEach(piece -> found.add(String.valueOf(piece.route()))));
    assertThat(found, is(Set.of("p0", "p1", "p2", "p3", "p4", "p5", "p6", "null")));
    assertThat(readSecond(runner), is(21L));
    requireTablesOf("$.page: p1");
    assertThat(lake.quarantine("second"), is(Map.of("MALFORMED", 1L)));
  }

  @Test
  void headersTellRoutes() throws Exception {
    routeBy("header.tenant");
    select("header.tenant: t1, $.page: [p1, p2]");
    send(0, 70, 1);
    sendBroken();
    read(Runner.DIRECT);
    Ledger ledger = second();
    assertThat(ledger.read(), is(36L));
    assertThat(ledger.published(), is(10L));
    assertThat(ledger.ignored(), is(26L));
    requireTablesOf("header.tenant: t1, $.page: [p1, p2]");
  }

  @Test
  void withoutRoutesEveryMessageIsLookedAt() throws Exception {
    routeBy("$.page");
    select("$.page: p1");
    send(0, 70, 1);
    read(Runner.DIRECT);
    send(70, 140, 1);
    read(Runner.DIRECT);
    Path routes = lake.folder().resolve("bronze/clicks/routes");
    Files.delete(routes.resolve("0000000001.json"));
    Files.writeString(routes.resolve("0000000002.json"), "{\"cycle\": 2,");
    Ledger ledger = second();
    assertThat(ledger.read(), is(140L));
    assertThat(ledger.ignored(), is(120L));
    requireTablesOf("$.page: p1");
  }

  @Test
  void aConditionOfAnotherKindIsLookedUpInEveryMessage() throws Exception {
    routeBy("$.page");
    select("header.tenant: t0");
    send(0, 70, 1);
    read(Runner.DIRECT);
    assertThat(second().read(), is(70L));
    requireTablesOf("header.tenant: t0");
  }

  /** The plan of the cycle has the parts for the earlier condition. */
  @Test
  void aConditionThatChangesWithinACycleLosesNothing() throws Exception {
    routeBy("$.page");
    select("$.page: p1");
    send(0, 70, 1);
    read(Runner.DIRECT);
    dieAt(Step.PLANNED, second);
    select("$.page: [p2, p3]");
    assertThat(second().read(), is(70L));
    requireTablesOf("$.page: [p2, p3]");
  }

  @Test
  void aCompactedTopicIsRouted() throws Exception {
    broker.deleteTopic(topic);
    broker.createTopic(topic, 3, Map.of("cleanup.policy", "compact"));
    routeBy("$.page");
    select("$.page: p1");
    send(0, 70, 1);
    assertThat(read(Runner.DIRECT), is(70L));
    assertThat(second().read(), is(10L));
    List<RoutePiece> pieces = routes(1).files().get(0).routes().pieces();
    assertThat(pieces.stream().mapToLong(RoutePiece::records).sum() > 10, is(true));
    requireTablesOf("$.page: p1");
  }

  /** What was kept by one field is not written down as kept by another. */
  @Test
  void aRouteThatChangesWithinACycleLosesNothing() throws Exception {
    broker.deleteTopic(topic);
    broker.createTopic(topic, 3, Map.of("cleanup.policy", "compact"));
    routeBy("$.page");
    select("header.tenant: t1");
    send(0, 70, 1);
    dieAt(Step.LANDED, pipeline);
    routeBy("header.tenant");
    assertThat(read(Runner.DIRECT), is(70L));
    assertThat(second().read(), is(70L));
    requireTablesOf("header.tenant: t1");
  }

  /** Of an attempt that ended before it counted, when the pipeline file had a route. */
  @Test
  void routesOfAnEarlierAttemptAreForgotten() throws Exception {
    send(0, 70, 1);
    Path routes =
        Files.createDirectories(lake.folder().resolve("bronze/clicks/routes"))
            .resolve("0000000001.json");
    Files.writeString(routes, "{}");
    assertThat(read(Runner.DIRECT), is(70L));
    assertThat(Files.exists(routes), is(false));
  }

  /** A part of the routed file was read from the topic before. */
  @Test
  void aRangeMayBeginWithinARoutedFile() throws Exception {
    routeBy("$.page");
    second = appending("second", ", kafka: {where: {$.page: p1}}");
    send(0, 35, 1);
    assertThat(second().published(), is(5L));
    send(35, 70, 1);
    assertThat(read(Runner.DIRECT), is(70L));
    select("$.page: p1");
    Ledger ledger = second();
    assertThat(ledger.read(), is(5L));
    assertThat(ledger.published(), is(5L));
    requireTablesOf("$.page: p1");
  }

  @Test
  void escapedTextsAndNumbersAreRoutes() throws Exception {
    routeBy("$.version");
    select("$.version: 2");
    send(0, 10, 1);
    send(0, 10, 2);
    read(Runner.DIRECT);
    assertThat(second().read(), is(10L));
    requireTablesOf("$.version: 2");
  }
}
