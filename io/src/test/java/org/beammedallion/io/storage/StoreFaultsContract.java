package org.beammedallion.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.beammedallion.fixtures.stores.ObjectStore;
import org.beammedallion.fixtures.stores.StoreFate;
import org.beammedallion.fixtures.stores.StoreProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every storage of objects does where a store loses answers, refuses, cuts and delays. */
abstract class StoreFaultsContract {

  /** The real store behind the proxy. */
  abstract ObjectStore store();

  /** How stores say that they have failed. */
  private static StoreFate failing() {
    return new StoreFate.Refused(500, "InternalError");
  }

  /** How it asks to slow down. */
  abstract StoreFate busy();

  /** Another answer after which a write may be repeated. */
  abstract StoreFate conflict();

  private final List<StoreProxy> proxies = new ArrayList<>();
  StoreFate.Judge judge = (method, target) -> StoreFate.ANSWERED;
  String bucket = "";
  String root = "";

  @AfterEach
  void close() throws IOException {
    for (StoreProxy proxy : proxies) {
      proxy.close();
    }
  }

  /** A bucket of its own for each test, so that each has a client of its own. */
  final StoreProxy through(Map<String, String> more) throws IOException {
    bucket = store().newBucket();
    StoreProxy proxy =
        StoreProxy.before(store().port(), (method, target) -> judge.of(method, target));
    proxies.add(proxy);
    Map<String, String> options = new HashMap<>(store().options(proxy.endpoint()));
    options.putAll(more);
    new StorageSettings(Map.of(store().uri(bucket), options)).install();
    root = store().uri(bucket) + "/" + UUID.randomUUID();
    return proxy;
  }

  final Storage storage() {
    return Storage.of(root);
  }

  final void write(String uri, byte[] content) throws IOException {
    try (AtomicOutput output = storage().create(uri)) {
      output.write(content);
    }
  }

  static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return noise;
  }

  /** The first request of a method has a fate, those after it are answered. */
  final StoreFate.Judge once(String wanted, StoreFate fate) {
    AtomicInteger seen = new AtomicInteger();
    return (method, target) ->
        method.equals(wanted) && seen.getAndIncrement() == 0 ? fate : StoreFate.ANSWERED;
  }

  @Test
  void knowsItsOwnWriteWhoseAnswerWasLost() throws IOException {
    through(Map.of());
    judge = once("PUT", StoreFate.ANSWER_LOST);
    assertThat(storage().putIfAbsent(root + "/1", "mine".getBytes(UTF_8)), is(true));
    judge = once("PUT", StoreFate.ANSWER_LOST);
    assertThat(storage().putIfAbsent(root + "/1", "other".getBytes(UTF_8)), is(false));
    judge = once("PUT", StoreFate.CUT_OFF);
    assertThat(storage().putIfAbsent(root + "/2", "mine".getBytes(UTF_8)), is(true));
    judge = once("PUT", failing());
    assertThat(storage().putIfAbsent(root + "/3", "mine".getBytes(UTF_8)), is(true));
    judge = once("PUT", busy());
    assertThat(storage().putIfAbsent(root + "/4", "mine".getBytes(UTF_8)), is(true));
    assertThat(storage().list(root).size(), is(4));
  }

  /** Many writers, whose requests fail at random: exactly one of them wins, and knows it. */
  @Test
  void noRaceHasAWrongVerdict() throws Exception {
    through(Map.of());
    int rounds = Integer.getInteger("store.races", 10);
    int writers = 20;
    Random random = new Random(4_711);
    judge =
        (method, target) -> {
          int one;
          synchronized (random) {
            one = random.nextInt(100);
          }
          return one < 8
              ? StoreFate.ANSWER_LOST
              : one < 12
                  ? StoreFate.CUT_OFF
                  : one < 15
                      ? failing()
                      : one < 18
                          ? busy()
                          : one < 20 && method.equals("PUT")
                              ? conflict()
                              : one < 23
                                  ? new StoreFate.Late(Duration.ofMillis(20))
                                  : StoreFate.ANSWERED;
        };
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    CyclicBarrier start = new CyclicBarrier(writers);
    try {
      for (int round = 0; round < rounds; round++) {
        String uri = root + "/" + round;
        List<Callable<String>> calls = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String mine = "writer-" + writer;
          calls.add(
              () -> {
                start.await();
                return storage().putIfAbsent(uri, mine.getBytes(UTF_8)) ? mine : "";
              });
        }
        List<String> winners = new ArrayList<>();
        for (Future<String> each : pool.invokeAll(calls)) {
          if (!each.get().isEmpty()) {
            winners.add(each.get());
          }
        }
        try (InputStream input = storage().open(uri)) {
          assertThat(List.of(new String(input.readAllBytes(), UTF_8)), is(winners));
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aReadGoesOnWhereItsConnectionBroke() throws IOException {
    StoreProxy proxy = through(Map.of());
    byte[] content = noise(3_000_000);
    write(root + "/f", content);
    AtomicInteger seen = new AtomicInteger();
    judge =
        (method, target) ->
            method.equals("GET") && seen.incrementAndGet() % 4 != 0
                ? new StoreFate.BodyCut(700_000)
                : StoreFate.ANSWERED;
    try (InputStream input = storage().open(root + "/f")) {
      assertThat(input.readAllBytes(), is(content));
    }
    // No byte is sent twice.
    assertThat(proxy.bytesSent(), is(3_000_000L));
    seen.set(0);
    try (SeekableInput input = storage().openSeekable(root + "/f")) {
      byte[] target = new byte[2_500_000];
      input.readFully(100_000, target, 0, target.length);
      for (int i = 0; i < target.length; i++) {
        if (target[i] != content[100_000 + i]) {
          throw new AssertionError("Another byte at " + i);
        }
      }
    }
    assertThat(seen.get(), greaterThan(3));
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsRefused() throws IOException {
    through(Map.of());
    write(root + "/f", noise(2_000_000));
    try (SeekableInput input = storage().openSeekable(root + "/f")) {
      write(root + "/f", noise(2_000_001));
      String message =
          assertThrows(StorageException.class, () -> input.readFully(0, new byte[1_000], 0, 1_000))
              .getMessage();
      assertThat(message, containsString("it was replaced while it was read"));
    }
  }

  @Test
  void listsInPagesThroughFailures() throws Exception {
    through(Map.of());
    int files = 2_100;
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < files; i++) {
        String uri = String.format("%s/d/%05d", root, i);
        calls.add(() -> storage().putIfAbsent(uri, new byte[] {1}));
      }
      for (Future<Boolean> each : pool.invokeAll(calls)) {
        assertThat(each.get(), is(true));
      }
    } finally {
      pool.shutdownNow();
    }
    AtomicInteger seen = new AtomicInteger();
    judge =
        (method, target) ->
            seen.incrementAndGet() % 2 == 0 ? new StoreFate.BodyCut(20_000) : StoreFate.ANSWERED;
    assertThat(storage().list(root).size(), is(files));
    assertThat(storage().listDirect(root + "/d").size(), is(files));
    try (var some = storage().listSorted(root, root + "/d/01999")) {
      assertThat(some.count(), is(100L));
    }
    assertThat(storage().listDirect(root + "/d", root + "/d/02099").size(), is(1));
    judge = (method, target) -> StoreFate.ANSWERED;
    storage().deleteAll(root);
    assertThat(storage().list(root).size(), is(0));
  }

  static String failure(String uri) {
    return assertThrows(StorageException.class, () -> Storage.of(uri).open(uri)).getMessage();
  }
}
