package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.beammedallion.io.secret.SecretReferences;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of Kafka, and how a client talks to it. References to secrets are resolved where a
 * client is made, on the driver or a worker.
 *
 * @param bootstrap hosts and ports, with commas
 * @param readCommitted whether records of transactions that were aborted, or are open, are left out
 * @param properties of clients, see Kafka's documentation; they win over ours but for what a cycle
 *     rests upon: isolation, no group, no automatic reset or commit of offsets
 */
public record KafkaCluster(String bootstrap, boolean readCommitted, Map<String, String> properties)
    implements Serializable {

  private static final int FETCH_BYTES = 8 << 20;

  private static final KeptClients<Consumer<ByteBuffer, ByteBuffer>> CONSUMERS =
      new KeptClients<>(KafkaCluster::newConsumer, consumer -> consumer.close(Duration.ZERO));
  private static final KeptClients<Admin> ADMINS =
      new KeptClients<>(KafkaCluster::newAdmin, admin -> admin.close(Duration.ZERO));

  public KafkaCluster {
    properties = Map.copyOf(properties);
  }

  /** Without properties of its own. */
  public static KafkaCluster of(String bootstrap) {
    return new KafkaCluster(bootstrap, true, Map.of());
  }

  private Map<String, Object> resolved() {
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.CLIENT_ID_CONFIG, "medallion");
    properties.forEach((name, value) -> all.put(name, SecretReferences.resolve(value)));
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return all;
  }

  /** Closes the connections of this process that nobody uses, of all clusters. */
  public static void closeIdleClients() {
    CONSUMERS.closeIdle();
    ADMINS.closeIdle();
  }

  /**
   * A consumer that belongs to no group. It may have been used before; nothing is assigned to it.
   *
   * @throws IllegalArgumentException where its properties are wrong
   * @throws StorageException where it cannot log in
   */
  KeptClients.Lent<Consumer<ByteBuffer, ByteBuffer>> consumer() throws IOException {
    return CONSUMERS.lend(this);
  }

  /**
   * @throws IllegalArgumentException where its properties are wrong
   * @throws StorageException where it cannot log in
   */
  KeptClients.Lent<Admin> admin() throws IOException {
    return ADMINS.lend(this);
  }

  private Consumer<ByteBuffer, ByteBuffer> newConsumer() throws StorageException {
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    all.putAll(resolved());
    return consumer(all);
  }

  /** The same, which fetches one batch of records at a time from each partition. */
  Consumer<ByteBuffer, ByteBuffer> consumerOfFewRecords() throws StorageException {
    Map<String, Object> all = resolved();
    // A broker gives one whole batch, however small this is.
    all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
    return consumer(all);
  }

  private Consumer<ByteBuffer, ByteBuffer> consumer(Map<String, Object> all)
      throws StorageException {
    all.remove(ConsumerConfig.GROUP_ID_CONFIG);
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    all.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        readCommitted ? "read_committed" : "read_uncommitted");
    try {
      // They give what the consumer has, without a copy.
      return new KafkaConsumer<>(all, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    } catch (KafkaException e) {
      throw wrongProperties(e);
    }
  }

  private Admin newAdmin() throws StorageException {
    try {
      return Admin.create(resolved());
    } catch (KafkaException e) {
      throw wrongProperties(e);
    }
  }

  /** A client that cannot be made; trying again does not help where its properties are wrong. */
  private StorageException wrongProperties(KafkaException e) {
    KafkaFailure failure = KafkaFailure.of(e, properties.get(SaslConfigs.SASL_MECHANISM));
    if (failure.isLasting()) {
      throw new IllegalArgumentException(
          "A client of Kafka at '"
              + bootstrap
              + "' cannot be made: "
              + withoutSecrets(failure.what())
              + ". "
              + failure.advice());
    }
    return failure(e);
  }

  /** What an administration client answers. */
  <T> T await(KafkaFuture<T> answer) throws IOException, ExecutionException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for Kafka.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException timeout) {
        throw failure(timeout);
      }
      throw e;
    }
  }

  /**
   * Kafka's client prints values of most properties, which may hold what a reference stands for.
   */
  private String withoutSecrets(String message) {
    return SecretReferences.masked(message, properties.values());
  }

  /** What a person should know of a failure. */
  StorageException failure(KafkaException e) {
    KafkaFailure failure = KafkaFailure.of(e, properties.get(SaslConfigs.SASL_MECHANISM));
    return new StorageException(
        "Kafka at '"
            + bootstrap
            + "' cannot be read ("
            + withoutSecrets(failure.what())
            + "). "
            + failure.advice(),
        tellsSecrets(e) ? null : e);
  }

  private boolean tellsSecrets(Throwable e) {
    for (@Nullable Throwable each = e; each != null; each = each.getCause()) {
      if (!withoutSecrets(each.toString()).equals(each.toString())) {
        return true;
      }
    }
    return false;
  }
}
