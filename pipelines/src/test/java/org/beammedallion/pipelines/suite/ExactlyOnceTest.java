package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.beammedallion.io.source.kafka.KafkaCluster;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.suite.Faults.Call;
import org.beammedallion.pipelines.suite.Faults.Fault;
import org.beammedallion.pipelines.suite.Faults.Moment;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each call of a cycle to storage, to its source, to the broker and to the catalog of its tables
 * fails once before its effect and once after it, one call in a run. The runs after it leave what a
 * run without failures leaves: tables, quarantine, bronze, ledger.
 *
 * <p>Some of the calls are tried, by a seed; with {@code -Dexactlyonce.calls=all} all of them, with
 * a number as many of each case, and with {@code -Dexactlyonce.to=BROKER,CATALOG} only calls to
 * these. With {@code -Dexactlyonce.results=FILE} failures that changed nothing are added to the
 * file, and those of the same classes that stand there are left out.
 */
class ExactlyOnceTest extends OneBroker {

  /**
   * How often some files are read depends on which task comes first, so a call may not come again.
   */
  private static final String ABSENT = "the call did not come";

  private static final String CALLS = System.getProperty("exactlyonce.calls", "4");
  private static final String TARGETS = "CATALOG,BROKER,STORAGE,SOURCE";
  private static final List<String> TO = targets(System.getProperty("exactlyonce.to", TARGETS));
  private static final long SEED = Long.getLong("exactlyonce.seed", 13);
  private static final int MESSAGES = 60;

  /** How often a cycle was tried, and the size of files in which the attempt is named. */
  private static final List<String> NOT_OF_RECORDS = List.of("attempts", "bronzeBytes");

  private static final int MOST_RUNS = 4;

  @TempDir Path folder;
  private Path lake;
  private String pipeline = "";
  private FaultyCatalog catalog = FaultyCatalog.FOLDERS;

  /** What a lake holds. */
  private record Content(
      Map<String, List<String>> tables,
      List<String> quarantine,
      List<String> bronze,
      Map<String, String> ledgers) {

    static Content of(Path lake) throws IOException, SQLException {
      Map<String, String> ledgers = new TreeMap<>();
      JudgedLake.ledgers(lake)
          .forEach(
              (cycle, ledger) -> ledgers.put(cycle, ledger.without(NOT_OF_RECORDS).toString()));
      return new Content(
          JudgedLake.tables(lake, List.of()),
          JudgedLake.quarantine(lake, List.of()),
          JudgedLake.bronze(lake),
          ledgers);
    }
  }

  @BeforeAll
  static void letRequestsFail() {
    broker.gate().judgedBy(request -> Faults.fate(Faults.BROKER, request));
  }

  @ParameterizedTest
  @CsvSource({
    "APPEND, iceberg, topic, JDBC",
    "UPSERT, delta, topic, FOLDERS",
    "CHANGES, iceberg, topic, REST",
    "UPSERT, delta, files, FOLDERS"
  })
  @NightlyRows({
    "APPEND, delta, topic, FOLDERS",
    "UPSERT, iceberg, topic, FOLDERS",
    "CHANGES, delta, topic, FOLDERS",
    "CHANGES, iceberg, topic, FOLDERS",
    "CHANGES, iceberg, files, JDBC"
  })
  void aCallThatFailsChangesNothing(
      StreamInput input, String format, String source, FaultyCatalog inCatalog) throws Exception {
    lake = folder.resolve("lake");
    catalog = inCatalog;
    leaveACycleToDo(input, format, source);
    Path before = folder.resolve("before");
    copy(lake, before);
    Faults.watch(null);
    run();
    List<Call> calls = Faults.calls();
    runs();
    Content undisturbed = Content.of(lake);
    String test = String.join(" ", input.name(), format, source, inCatalog.name());
    List<Fault> faults = faults(calls);
    requireCalls(calls, source, inCatalog);
    List<String> wrong = new ArrayList<>();
    int injected = inject(test, faults, before, undisturbed, wrong);
    System.out.printf(
        "%s: %d calls in a cycle, %d failures injected, %d with another outcome%n",
        test, calls.size(), injected, wrong.size());
    assertThat(String.join("\n", wrong), wrong, is(empty()));
    // Some of all calls do not come again; of a part that is drawn each gives way to another.
    assertThat(
        "injected",
        injected,
        is(
            CALLS.equals("all")
                ? greaterThanOrEqualTo((faults.size() * 2 + 2) / 3)
                : equalTo(wanted(faults))));
  }

  /** Half of the messages are in the lake, the others are new. */
  private void leaveACycleToDo(StreamInput input, String format, String source) throws Exception {
    List<String> messages = input.messages(SEED, MESSAGES, folder.resolve("scratch"));
    List<String> first = messages.subList(0, messages.size() / 2);
    List<String> second = messages.subList(messages.size() / 2, messages.size());
    if (source.equals("topic")) {
      String topic = createTopic();
      Path file = input.overTopic(folder, format, broker.gate().address(), topic, MESSAGES);
      pipeline = file.toString();
      send(topic, first);
      assertThat(runs(), is(2));
      send(topic, second);
    } else {
      pipeline = "faulty:" + input.overFiles(folder, format);
      Files.write(folder.resolve("data/a.jsonl"), first);
      assertThat(runs(), is(2));
      Files.write(folder.resolve("data/b.jsonl"), second);
    }
  }

  /**
   * Returns how many failures were injected, those of an earlier run of this test among them.
   *
   * @param before lake in which a cycle is to do
   * @param wrong gets what had another outcome
   */
  private int inject(
      String test, List<Fault> faults, Path before, Content undisturbed, List<String> wrong)
      throws Exception {
    DoneFaults done = new DoneFaults(System.getProperty("exactlyonce.results"));
    int injected = 0;
    int tried = 0;
    while (tried < faults.size() && injected < wanted(faults)) {
      Fault fault = faults.get(tried++);
      // The folder of a test has another name in each run.
      String name = (test + " " + fault).replace(folder.toString(), "");
      if (done.have(name)) {
        injected++;
        continue;
      }
      delete(lake);
      copy(before, lake);
      String difference = disturbed(fault, undisturbed);
      if (difference != null && difference.equals(ABSENT)) {
        continue;
      }
      injected++;
      if (difference == null) {
        done.add(name);
      } else {
        // At once, for all of them take hours.
        System.out.println(fault + ": " + difference);
        wrong.add(fault + ": " + difference);
      }
    }
    return injected;
  }

  private static List<String> targets(String names) {
    List<String> targets = List.of(names.split(","));
    if (!List.of(TARGETS.split(",")).containsAll(targets)) {
      throw new IllegalArgumentException(
          "-Dexactlyonce.to=" + names + ": expected some of " + TARGETS);
    }
    return targets;
  }

  /** A test in which nothing was called proves nothing. */
  private static void requireCalls(List<Call> calls, String source, FaultyCatalog catalog) {
    for (String target : TO) {
      boolean isAbsent =
          (target.equals("BROKER") && !source.equals("topic"))
              || (target.equals("CATALOG") && catalog == FaultyCatalog.FOLDERS);
      assertThat(
          "calls to " + target,
          calls.stream().anyMatch(call -> call.target().equals(target)),
          is(!isAbsent));
    }
  }

  /** How many failures are to be injected. */
  private static int wanted(List<Fault> faults) {
    return CALLS.equals("all") ? faults.size() : Math.min(faults.size(), Integer.parseInt(CALLS));
  }

  /**
   * All that can be injected, in an order that the seed gives; to each of {@link #TO} in turn, so
   * that the first few are not all to storage, which gets most calls.
   */
  private static List<Fault> faults(List<Call> calls) {
    Map<String, List<Fault>> faults = new LinkedHashMap<>();
    TO.forEach(target -> faults.put(target, new ArrayList<>()));
    for (Call call : calls) {
      List<Fault> same = faults.get(call.target());
      if (same != null) {
        same.add(new Fault(call, Moment.BEFORE));
        if (call.hasEffect()) {
          same.add(new Fault(call, Moment.AFTER));
        }
      }
    }
    Random random = new Random(SEED);
    faults.values().forEach(each -> Collections.shuffle(each, random));
    List<Fault> inTurn = new ArrayList<>();
    int most = faults.values().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (List<Fault> each : faults.values()) {
        if (i < each.size()) {
          inTurn.add(each.get(i));
        }
      }
    }
    return inTurn;
  }

  /** What is wrong after a call has failed, or null. */
  private @Nullable String disturbed(Fault fault, Content undisturbed) throws Exception {
    Faults.watch(fault);
    Throwable failure = failure();
    Faults.calls();
    if (!Faults.wasHit()) {
      return ABSENT;
    }
    if (failure != null
        && !(failure instanceof IOException)
        && !failure.getClass().getName().startsWith("org.beammedallion.")) {
      return "failed with " + failure;
    }
    try {
      runs();
    } catch (ExecutionException e) {
      return "a later run failed with " + e.getCause();
    }
    Content content = Content.of(lake);
    return content.equals(undisturbed) ? null : content + "\n  instead of " + undisturbed;
  }

  private @Nullable Throwable failure() throws InterruptedException {
    try {
      run();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** Runs until nothing is new, and returns how many runs that took. */
  private int runs() throws ExecutionException, InterruptedException {
    for (int runs = 1; runs <= MOST_RUNS; runs++) {
      if (run().ledger() == null) {
        return runs;
      }
    }
    throw new AssertionError("There is always something new.");
  }

  private Outcome run() throws ExecutionException, InterruptedException {
    FutureTask<Outcome> task =
        new FutureTask<>(
            () -> {
              // So that connecting is a call of each run, too.
              KafkaCluster.closeIdleClients();
              try (FaultyCatalog.Opened opened = catalog.open(lake)) {
                return driver(opened.settings()).run();
              }
            });
    task.run();
    return task.get();
  }

  private CycleDriver driver(CatalogSettings settings) {
    PipelineDefinition definition = PipelineDefinition.load(StoredDocument.of(pipeline), null);
    return new CycleDriver(
            definition,
            LakeLayout.of("faulty:" + lake).withCatalog(settings),
            Runner.DIRECT.options(),
            Clock.fixed(Lake.NOW, ZoneOffset.UTC),
            CycleListener.NONE)
        .reading(new FaultySource(Sources.of(definition, null)));
  }

  private static void send(String topic, List<String> messages) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      StreamInput.send(producer, topic, messages);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
