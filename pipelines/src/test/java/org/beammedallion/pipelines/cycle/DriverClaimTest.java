package org.beammedallion.pipelines.cycle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.driver.Standby;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may take a cycle from a driver on another host. Minutes are those that clocks differ by. */
class DriverClaimTest {

  private static final Duration LEASE = Duration.ofSeconds(3);

  @TempDir Path folder;

  private ProgressLog log;
  private Attempt other;

  @BeforeEach
  void claimElsewhere() throws IOException {
    log = ProgressLog.of(folder.toString());
    other = new Attempt(1, 1, "other", "elsewhere.example", 1, "", Instant.now());
    log.putAttempt(other);
  }

  /** A sign of life, with the time that a storage gives it whose clock is another. */
  private void beat(int minutes) {
    try {
      log.beat(other);
      Files.setLastModifiedTime(
          folder.resolve("heartbeat.json"),
          FileTime.from(Instant.now().plus(Duration.ofMinutes(minutes))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DriverClaim take(int minutes) throws IOException, InterruptedException {
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutes));
    return DriverClaim.take(log, "orders", 1, clock, LEASE);
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 0, 5})
  void aLiveDriverIsLeftAloneWhateverTheClocksSay(int minutes) throws Exception {
    beat(minutes);
    Thread heart =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                beat(minutes);
                LockSupport.parkNanos(200_000_000);
              }
            });
    heart.start();
    try {
      FencedException e = assertThrows(FencedException.class, () -> take(-minutes));
      assertThat(e.getMessage(), containsString("elsewhere.example"));
    } finally {
      heart.interrupt();
      heart.join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 0, 5})
  void aDeadDriverIsReplacedWhateverTheClocksSay(int minutes) throws Exception {
    beat(minutes);
    try (DriverClaim claim = take(-minutes)) {
      assertThat(claim.attempt().number(), is(2));
      claim.check();
    }
  }

  @Test
  void aClaimThatFailedKeepsNobodyOut() throws Exception {
    Path heartbeat = Files.createDirectory(folder.resolve("heartbeat.json"));
    Clock clock = Clock.systemUTC();
    assertThrows(IOException.class, () -> DriverClaim.take(log, "orders", 2, clock, LEASE));
    Files.delete(heartbeat);
    try (DriverClaim claim = DriverClaim.take(log, "orders", 2, clock, LEASE)) {
      assertThat(claim.attempt().number(), is(2));
    }
  }

  /**
   * The first try sees a sign of a driver that dies then, and the second one takes its cycle: a
   * pause and a lease later.
   */
  @Test
  void aStandbyTakesOverWithinAMinute() throws Exception {
    beat(0);
    Thread dying =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                beat(0);
                LockSupport.parkNanos(200_000_000);
              }
            });
    dying.start();
    AtomicInteger tries = new AtomicInteger();
    Standby.await(
        () -> {
          tries.incrementAndGet();
          take(0).close();
        },
        () -> true,
        why -> dying.interrupt());
    dying.join();
    assertThat(tries.get(), is(2));
    assertThat(Standby.AGAIN.plus(DriverClaim.LEASE), lessThan(Duration.ofSeconds(60)));
  }

  @Test
  void oneThatDiedBeforeItsFirstSignIsReplaced() throws Exception {
    try (DriverClaim claim = take(0)) {
      assertThat(claim.attempt().number(), is(2));
    }
  }

  /** A claim to a cycle of its own by a process of this host. */
  private void claimHere(long pid, String processStart) throws IOException {
    try (DriverClaim own = DriverClaim.take(log, "orders", 2, Clock.systemUTC(), LEASE)) {
      String host = own.attempt().host();
      log.putAttempt(new Attempt(3, 1, "another", host, pid, processStart, Instant.now()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private DriverClaim takeThird() throws IOException, InterruptedException {
    return DriverClaim.take(log, "orders", 3, Clock.systemUTC(), LEASE);
  }

  private static String start(ProcessHandle process) {
    return process.info().startInstant().orElseThrow().toString();
  }

  @Test
  void aLiveProcessOfThisHostIsLeftAlone() throws Exception {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    claimHere(parent.pid(), start(parent));
    FencedException e = assertThrows(FencedException.class, this::takeThird);
    assertThat(e.getMessage(), containsString("process " + parent.pid()));
  }

  @Test
  void aProcessOfThisHostWhoseNumberAnotherHasNowIsReplaced() throws Exception {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    claimHere(parent.pid(), "1970-01-01T00:00:00Z");
    try (DriverClaim claim = takeThird()) {
      assertThat(claim.attempt().number(), is(2));
    }
  }

  @Test
  void aDeadProcessOfThisHostIsReplaced() throws Exception {
    Process dead = new ProcessBuilder("cat").start();
    String start = start(dead.toHandle());
    dead.getOutputStream().close();
    dead.waitFor();
    claimHere(dead.pid(), start);
    try (DriverClaim claim = takeThird()) {
      assertThat(claim.attempt().number(), is(2));
    }
  }

  @Test
  void inOneProcessACycleIsClaimedAgainOnceTheClaimIsClosed() throws Exception {
    try (DriverClaim first = takeThird()) {
      assertThat(first.attempt().number(), is(1));
      assertThrows(FencedException.class, this::takeThird);
      first.check();
    }
    try (DriverClaim second = takeThird()) {
      assertThat(second.attempt().number(), is(2));
    }
  }

  @Test
  void aDriverThatWasReplacedMayNotGoOn() throws Exception {
    try (DriverClaim claim = takeThird()) {
      log.putAttempt(new Attempt(3, 2, "replacing", "elsewhere.example", 1, "", Instant.now()));
      assertThrows(FencedException.class, claim::check);
    }
  }
}
