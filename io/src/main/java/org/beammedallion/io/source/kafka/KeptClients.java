package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients of a process that are kept open from one cycle to the next: connecting, and logging in,
 * would cost more than a small cycle reads. A client is lent to one user at a time, and kept only
 * if its user says that nothing failed; so a client that is broken, or whose password has changed,
 * is made again. Clients that nobody wanted for some minutes are closed.
 *
 * <p>Nothing is kept where the classes belong to a job of Flink: they would live on with the client
 * after the job, for Kafka registers clients at the JVM's management server.
 *
 * @param <C> the kind of client
 */
final class KeptClients<C> {

  private static final long LONGEST_IDLE = TimeUnit.MINUTES.toNanos(9);
  private static final int MOST_IDLE = 16;
  private static final boolean KEEPS =
      !classOf(KeptClients.class.getClassLoader()).startsWith("org.apache.flink.");

  private static final Logger LOG = LoggerFactory.getLogger(KeptClients.class);

  private final Maker<C> maker;
  private final Consumer<C> closer;
  private final Map<KafkaCluster, Deque<Idle<C>>> idle = new HashMap<>();

  /** Makes a client of a cluster. */
  @FunctionalInterface
  interface Maker<C> {
    C make(KafkaCluster cluster) throws IOException;
  }

  /**
   * @param since of {@link System#nanoTime}
   */
  private record Idle<C>(C client, long since) {}

  KeptClients(Maker<C> maker, Consumer<C> closer) {
    this.maker = maker;
    this.closer = closer;
  }

  private static String classOf(@Nullable ClassLoader loader) {
    return loader == null ? "" : loader.getClass().getName();
  }

  /** One that nobody else uses until it is closed. */
  Lent<C> lend(KafkaCluster cluster) throws IOException {
    C kept = kept(cluster);
    return new Lent<>(this, cluster, kept == null ? maker.make(cluster) : kept);
  }

  private @Nullable C kept(KafkaCluster cluster) {
    List<C> old = new ArrayList<>();
    @Nullable C found;
    synchronized (idle) {
      long now = System.nanoTime();
      for (Iterator<Deque<Idle<C>>> all = idle.values().iterator(); all.hasNext(); ) {
        Deque<Idle<C>> each = all.next();
        while (!each.isEmpty() && now - each.getFirst().since() > LONGEST_IDLE) {
          old.add(each.removeFirst().client());
        }
        if (each.isEmpty()) {
          all.remove();
        }
      }
      Deque<Idle<C>> own = idle.get(cluster);
      Idle<C> last = own == null ? null : own.pollLast();
      found = last == null ? null : last.client();
    }
    close(old);
    return found;
  }

  private void takeBack(KafkaCluster cluster, C client, boolean isIntact) {
    if (isIntact && KEEPS) {
      synchronized (idle) {
        Deque<Idle<C>> own = idle.computeIfAbsent(cluster, key -> new ArrayDeque<>());
        if (own.size() < MOST_IDLE) {
          own.addLast(new Idle<>(client, System.nanoTime()));
          return;
        }
      }
    }
    List<C> broken = new ArrayList<>(List.of(client));
    if (!isIntact) {
      // What it failed for, such as a password that has changed, holds for the others as well.
      synchronized (idle) {
        Deque<Idle<C>> own = idle.remove(cluster);
        if (own != null) {
          own.forEach(each -> broken.add(each.client()));
        }
      }
    }
    close(broken);
  }

  /** A client that cannot be closed in order is of no use to anybody, and keeps no other open. */
  private void close(List<C> clients) {
    for (C client : clients) {
      try {
        closer.accept(client);
      } catch (KafkaException e) {
        LOG.debug("A client of Kafka could not be closed in order.", e);
      }
    }
  }

  /** Closes those that nobody uses. */
  void closeIdle() {
    List<C> all = new ArrayList<>();
    synchronized (idle) {
      idle.values().forEach(each -> each.forEach(kept -> all.add(kept.client())));
      idle.clear();
    }
    close(all);
  }

  /** A client and its way back. Not thread-safe. */
  static final class Lent<C> implements AutoCloseable {

    private final KeptClients<C> owner;
    private final KafkaCluster cluster;
    private final C client;
    private boolean isIntact;
    private boolean isBack;

    private Lent(KeptClients<C> owner, KafkaCluster cluster, C client) {
      this.owner = owner;
      this.cluster = cluster;
      this.client = client;
    }

    C client() {
      return client;
    }

    /** Says that nothing failed, so that another may use it. */
    void keep() {
      isIntact = true;
    }

    @Override
    public void close() {
      if (!isBack) {
        isBack = true;
        owner.takeBack(cluster, client, isIntact);
      }
    }
  }
}
