package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.beammedallion.fixtures.golden.GoldenLake;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lakes that earlier releases left, finished or between any two steps of a cycle, are read,
 * completed and continued by this one; {@code docs/golden-lakes.md} says how they are recorded.
 */
class GoldenLakesTest {

  /** The first, and the last one that knew no topics. */
  private static final Map<String, Taken> RELEASES =
      Map.of(
          "bronze-1", new Taken(3, "iceberg", false), "before-topics", new Taken(6, "delta", true));

  private static final String FINISHED = "finished";
  private static final List<String> KINDS = List.of("orders", "star", "accounts");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** After the lakes were recorded, and before any delete of theirs is forgotten. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

  /**
   * What each build takes of a release.
   *
   * @param oneIn of how many states of a lake one is taken
   * @param formatOnFlink of lakes of which one state is completed on Flink
   * @param isLateOnFlink whether that is the last of the states that are taken, or the first
   */
  private record Taken(int oneIn, String formatOnFlink, boolean isLateOnFlink) {

    boolean isOnFlink(String lake, boolean isFirst, boolean isLast) {
      return lake.endsWith(formatOnFlink) && (isLateOnFlink ? isLast : isFirst);
    }
  }

  static Stream<Arguments> lakes() {
    return RELEASES.keySet().stream()
        .sorted()
        .flatMap(release -> names().map(name -> Arguments.of(release, name)));
  }

  private static Stream<String> names() {
    return KINDS.stream().flatMap(kind -> Stream.of(kind + "-delta", kind + "-iceberg"));
  }

  /**
   * In each of the two formats other states, and one of each kind of lake on Flink, where a cycle
   * takes ten times as long; with {@code -Dgolden.all=true} all states in both formats, more of
   * them on Flink.
   */
  static Stream<Arguments> halfDone() throws IOException {
    boolean all = Boolean.getBoolean("golden.all");
    List<Arguments> chosen = new ArrayList<>();
    for (Arguments lake : lakes().toList()) {
      String release = (String) lake.get()[0];
      String name = (String) lake.get()[1];
      // Both formats have the same ones.
      List<String> states =
          GoldenLake.states(release, name).stream()
              .filter(state -> !state.equals(FINISHED))
              .sorted()
              .toList();
      Taken taken = RELEASES.get(release);
      int apart = all ? 1 : taken.oneIn();
      int first = name.endsWith("iceberg") ? 0 : apart / 2;
      for (int i = first; i < states.size(); i += apart) {
        boolean isOnFlink =
            all ? i % 9 == 0 : taken.isOnFlink(name, i == first, i + apart >= states.size());
        chosen.add(
            Arguments.of(
                release,
                name,
                states.get(i),
                isOnFlink ? Runner.FLINK : Runner.DIRECT,
                all || isOnFlink));
      }
    }
    return chosen.stream();
  }

  @ParameterizedTest
  @MethodSource
  void halfDone(String release, String name, String state, Runner runner, boolean isContinued)
      throws Exception {
    try (GoldenLake golden = GoldenLake.open(release, name, state)) {
      List<Outcome> outcomes = run(golden, name, runner);
      assertThat(
          "pipelines whose cycle was half done",
          outcomes.stream().filter(Outcome::resumed).count(),
          is(1L));
      assertTables(golden, name, 2);
      if (isContinued) {
        continueWithThirdPart(golden, name, runner);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lakes")
  void finishedLakeIsReadAndContinued(String release, String name) throws Exception {
    try (GoldenLake golden = GoldenLake.open(release, name, FINISHED)) {
      assertTables(golden, name, 2);
      for (Outcome outcome : run(golden, name, Runner.DIRECT)) {
        assertThat("nothing is new", outcome.ledger() == null, is(true));
      }
      continueWithThirdPart(golden, name, Runner.DIRECT);
      execute(golden, name, "maintain");
      assertTables(golden, name, 3);
    }
  }

  /** Each record of bronze has the bytes that stand in its source at its position. */
  @ParameterizedTest
  @MethodSource("lakes")
  void bronzeIsRead(String release, String name) throws Exception {
    try (GoldenLake golden = GoldenLake.open(release, name, FINISHED);
        Stream<Path> files = Files.walk(golden.lake().resolve("bronze"))) {
      long records = 0;
      for (Path file : files.filter(each -> each.toString().endsWith(".avro")).toList()) {
        try (BronzeRecords bronze = BronzeRecords.open(file.toString())) {
          while (bronze.next()) {
            byte[] source = Files.readAllBytes(Path.of(URI.create(bronze.source()).getPath()));
            byte[] payload = bronze.payload();
            int start = Math.toIntExact(bronze.position());
            assertThat(Arrays.copyOfRange(source, start, start + payload.length), is(payload));
            records++;
          }
        }
      }
      assertThat(records, is(greaterThan(50L)));
    }
  }

  @ParameterizedTest
  @MethodSource("lakes")
  void finishedLakeIsRolledBack(String release, String name) throws Exception {
    try (GoldenLake golden = GoldenLake.open(release, name, FINISHED);
        GoldenTables tables = GoldenTables.of(name, golden.input(), 1);
        GoldenTables latest = GoldenTables.of(name, golden.input(), 2)) {
      Lake lake = new Lake(golden.lake());
      String table = "silver." + tables.silver(name, lake).name();
      JsonNode versions =
          JSON.readTree(execute(golden, name, "history", table, "--output=json")).get("versions");
      Map<Long, Long> ofCycle = new TreeMap<>();
      versions.forEach(
          version -> {
            if (version.path("cycle").isNumber()) {
              ofCycle.put(version.get("cycle").asLong(), version.get("version").asLong());
            }
          });
      assertThat(ofCycle.keySet(), equalTo(Set.of(1L, 2L)));
      assertThat(
          execute(golden, name, "read", table, "--format=json").lines().count(),
          is((long) latest.silver(name, lake).expected().size()));
      String first = Long.toString(ofCycle.get(1L));
      long rows = tables.silver(name, lake).expected().size();
      assertThat(rows, is(greaterThan(0L)));
      assertThat(
          execute(golden, name, "read", table, "--version=" + first, "--format=json")
              .lines()
              .count(),
          is(rows));
      execute(golden, name, "rollback", table, "--to=" + first);
      GoldenTables.Table silver = tables.silver(name, lake);
      assertThat(silver.actual(), equalTo(silver.expected()));
      execute(golden, name, "maintain");
      silver = tables.silver(name, lake);
      assertThat(silver.actual(), equalTo(silver.expected()));
    }
  }

  private static List<Path> pipelines(GoldenLake golden, String name) {
    List<String> names =
        name.startsWith("accounts")
            ? List.of("accounts")
            : name.startsWith("star") ? List.of("customers", "orders") : List.of("orders");
    return names.stream().map(each -> golden.input().resolve(each + ".pipeline.yaml")).toList();
  }

  /** Runs each pipeline once. */
  private static List<Outcome> run(GoldenLake golden, String name, Runner runner) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    for (Path pipeline : pipelines(golden, name)) {
      Outcome outcome =
          new CycleDriver(
                  PipelineDefinition.load(pipeline, null),
                  LakeLayout.of(golden.lake().toString()),
                  runner.options(),
                  CLOCK,
                  CycleListener.NONE)
              .run();
      if (outcome.ledger() != null) {
        assertBalance(golden, name, outcome.ledger());
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  private static void continueWithThirdPart(GoldenLake golden, String name, Runner runner)
      throws Exception {
    golden.deliverLater();
    for (Outcome outcome : run(golden, name, runner)) {
      assertThat(outcome.ledger(), is(notNullValue()));
      assertThat(outcome.ledger().cycle(), is(3L));
    }
    assertTables(golden, name, 3);
  }

  private static void assertBalance(GoldenLake golden, String name, Ledger ledger)
      throws IOException, SQLException {
    int part = (int) ledger.cycle() - 1;
    String folder = ledger.pipeline().equals("customers") ? "customers" : "data";
    long lines =
        Files.readAllLines(
                golden.input().resolve(folder).resolve("part-" + part + ".jsonl"),
                StandardCharsets.UTF_8)
            .size();
    assertThat(ledger.read(), is(lines));
    assertThat(
        ledger.published()
            + ledger.duplicate()
            + ledger.deletes()
            + ledger.ignored()
            + ledger.rejectedInAll()
            + ledger.filtered(),
        is(ledger.read()));
    if (ledger.pipeline().equals("orders")) {
      Map<String, Long> rejected = new TreeMap<>();
      ledger.rejected().forEach((reason, count) -> rejected.put(reason.name(), count));
      try (GoldenTables tables = GoldenTables.of(name, golden.input(), part + 1)) {
        assertThat(rejected, equalTo(tables.rejected(part)));
      }
    } else {
      assertThat(ledger.rejected(), equalTo(Map.of()));
    }
  }

  private static void assertTables(GoldenLake golden, String name, int parts) throws SQLException {
    try (GoldenTables tables = GoldenTables.of(name, golden.input(), parts)) {
      for (GoldenTables.Table table : tables.compare(name, new Lake(golden.lake()))) {
        assertThat(
            table.layer() + "." + table.name() + " after " + parts + " cycles",
            table.actual(),
            equalTo(table.expected()));
      }
    }
  }

  private static String execute(
      GoldenLake golden, String name, String command, String... arguments) {
    List<Path> pipelines = pipelines(golden, name);
    List<String> all =
        new ArrayList<>(List.of(command, pipelines.get(pipelines.size() - 1).toString()));
    all.addAll(List.of(arguments));
    all.add("--lake=" + golden.lake());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        CommandLines.execute(
            new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    assertThat(command + ": " + err, exit, is(0));
    return out.toString();
  }
}
