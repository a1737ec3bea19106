package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This driver's claim to a cycle, with a sign of life every few seconds. While it is held no other
 * driver takes the cycle over; once it is dead, another does: at once on the same host, else when
 * the sign of life has not changed while it was watched for {@link #LEASE}. Clocks need not agree.
 */
public final class DriverClaim implements AutoCloseable {

  static final Duration LEASE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(DriverClaim.class);
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Set<String> LIVE_OWNERS = ConcurrentHashMap.newKeySet();

  private final ProgressLog log;
  private final Attempt attempt;
  private final ScheduledExecutorService heart;
  private @Nullable ScheduledFuture<?> beating;

  private DriverClaim(ProgressLog log, Attempt attempt) {
    this.log = log;
    this.attempt = attempt;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "driver-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Claims a cycle, after the driver that has claimed it before is known to be dead.
   *
   * @throws FencedException where it is alive
   */
  public static DriverClaim take(ProgressLog log, String pipeline, long cycle, Clock clock)
      throws IOException, InterruptedException {
    return take(log, pipeline, cycle, clock, LEASE);
  }

  static DriverClaim take(ProgressLog log, String pipeline, long cycle, Clock clock, Duration lease)
      throws IOException, InterruptedException {
    Optional<Attempt> previous = log.newestAttempt(cycle);
    if (previous.isPresent()) {
      requireDead(log, pipeline, previous.get(), lease);
    }
    DriverProcess process = DriverProcess.current();
    Attempt attempt =
        new Attempt(
            cycle,
            previous.map(Attempt::number).orElse(0) + 1,
            UUID.randomUUID().toString(),
            process.host(),
            process.pid(),
            process.start(),
            clock.instant());
    LIVE_OWNERS.add(attempt.owner());
    boolean isClaimed = false;
    try {
      log.putAttempt(attempt);
      log.beat(attempt);
      isClaimed = true;
    } finally {
      // What could not be claimed is at work nowhere, and must not keep this process's next run
      // out.
      if (!isClaimed) {
        LIVE_OWNERS.remove(attempt.owner());
      }
    }
    DriverClaim claim = new DriverClaim(log, attempt);
    claim.beating =
        claim.heart.scheduleAtFixedRate(
            claim::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return claim;
  }

  private static void requireDead(
      ProgressLog log, String pipeline, Attempt previous, Duration lease)
      throws IOException, InterruptedException {
    if (DriverProcess.of(previous).isLocal()) {
      if (isAlive(previous)) {
        throw fenced(pipeline, previous);
      }
      return;
    }
    // Clocks of two hosts and of the storage may differ: only whether the sign changes is asked.
    Optional<Instant> sign = log.heartbeat().map(StoredFile::modified);
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < lease.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(Math.min(1000, lease.toMillis() / 4));
      if (!log.heartbeat().map(StoredFile::modified).equals(sign)) {
        throw fenced(pipeline, previous);
      }
    }
  }

  /**
   * Whether the driver of an attempt seems to live, without waiting. On another host that is told
   * by the age of its sign of life, and so by the clocks of the storage and of this process.
   */
  public static boolean seemsAlive(ProgressLog log, Attempt attempt, Clock clock)
      throws IOException {
    if (DriverProcess.of(attempt).isLocal()) {
      return isAlive(attempt);
    }
    Instant oldest = clock.instant().minus(LEASE);
    return log.heartbeat().filter(sign -> sign.modified().isAfter(oldest)).isPresent();
  }

  private static boolean isAlive(Attempt attempt) {
    DriverProcess process = DriverProcess.of(attempt);
    return process.isThis() ? LIVE_OWNERS.contains(attempt.owner()) : process.isAlive();
  }

  private static FencedException fenced(String pipeline, Attempt other) {
    return new FencedException(
        "Pipeline '"
            + pipeline
            + "' is being run by another driver: process "
            + other.pid()
            + " on "
            + other.host()
            + " has had cycle "
            + other.cycle()
            + " since "
            + other.claimed()
            + ". Two drivers of one pipeline would do the same work twice. Wait for it, or stop it: the next run"
            + " completes its cycle.");
  }

  private void beat() {
    try {
      log.beat(attempt);
    } catch (IOException | RuntimeException e) {
      // Thrown on, it would end the heartbeat.
      LOG.warn("The sign of life could not be written: {}", e.getMessage());
    }
  }

  public Attempt attempt() {
    return attempt;
  }

  /** To be called before every step that others see. */
  public void check() throws IOException {
    log.checkOwner(attempt);
  }

  @Override
  public void close() {
    if (beating != null) {
      beating.cancel(false);
    }
    // A sign that is being written is let finish: interrupted, it would be told of as a failure.
    heart.shutdown();
    try {
      if (!heart.awaitTermination(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
        heart.shutdownNow();
      }
    } catch (InterruptedException e) {
      heart.shutdownNow();
      Thread.currentThread().interrupt();
    }
    LIVE_OWNERS.remove(attempt.owner());
  }
}
