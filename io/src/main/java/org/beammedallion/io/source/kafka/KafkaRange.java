package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.jspecify.annotations.Nullable;

/**
 * The records of a range of offsets, in batches. The range ends where the consumer's position has
 * passed its last offset: the last offsets may belong to markers, to aborted transactions or to
 * records that were compacted away. Not thread-safe.
 */
final class KafkaRange implements RawBatches {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** How often nothing may come, while the brokers say that there is something. */
  private static final int MOST_EMPTY = 120;

  private static final ByteBuffer NO_VALUE = ByteBuffer.wrap(MessageFields.noValue());

  private final KafkaCluster cluster;
  private final KafkaShard shard;
  private final DataLoss dataLoss;
  private final TopicPartition partition;
  private final KeptClients.Lent<Consumer<ByteBuffer, ByteBuffer>> lent;
  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final RecordCollector collector;
  private Iterator<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = Collections.emptyIterator();
  private long position;
  private @Nullable String lost;

  /**
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  KafkaRange(KafkaCluster cluster, KafkaShard shard, DataLoss dataLoss, int maxRecordBytes)
      throws IOException {
    this.cluster = cluster;
    this.shard = shard;
    this.dataLoss = dataLoss;
    partition = new TopicPartition(shard.topic(), shard.partition());
    collector =
        new RecordCollector(
            Framing.of(shard.uri(), shard.number()).withMaxRecordBytes(maxRecordBytes));
    position = shard.from();
    // Last, so that nothing behind it can fail and leave it open.
    lent = cluster.consumer();
    consumer = lent.client();
  }

  private void seek(long offset) {
    consumer.seek(partition, offset);
    position = offset;
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    if (consumer.assignment().isEmpty()) {
      consumer.assign(List.of(partition));
      seek(position);
    }
    int empty = 0;
    while (!collector.isFull()) {
      if (polled.hasNext()) {
        add(polled.next());
      } else if (position >= shard.to()) {
        break;
      } else {
        empty = poll() ? 0 : empty + 1;
        if (empty == MOST_EMPTY) {
          throw cluster.failure(
              new TimeoutException(
                  "no record of " + partition + " came behind offset " + position));
        }
      }
    }
    return collector.take();
  }

  private void add(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    if (record.offset() < shard.to()) {
      ByteBuffer value = record.value();
      MessageFields beside =
          new MessageFields(
              bytes(record.key()), headers(record), record.timestamp(), value != null);
      collector.addMessage(value == null ? NO_VALUE.duplicate() : value, record.offset(), beside);
    }
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static List<MessageFields.Header> headers(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    Header[] all = record.headers().toArray();
    if (all.length == 0) {
      return List.of();
    }
    List<MessageFields.Header> headers = new ArrayList<>(all.length);
    for (Header header : all) {
      headers.add(new MessageFields.Header(header.key(), header.value()));
    }
    return headers;
  }

  /** Whether the consumer has moved on. */
  private boolean poll() throws IOException {
    try {
      polled = consumer.poll(POLL).records(partition).iterator();
      long before = position;
      position = consumer.position(partition);
      if (position == before) {
        requireThere();
      }
      return position > before;
    } catch (OffsetOutOfRangeException e) {
      requireThere();
      return false;
    } catch (KafkaException e) {
      throw cluster.failure(e);
    }
  }

  /** A broker that is away gives nothing, and no error either, until it is asked something. */
  private void requireThere() throws IOException {
    try {
      long first = consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
      if (first > position) {
        long behind = Math.min(first, shard.to());
        lose(dataLoss, partition, position, behind);
        seek(behind);
      } else if (end < shard.to() && position >= end) {
        lose(dataLoss, partition, position, shard.to());
        position = shard.to();
      }
    } catch (KafkaException e) {
      throw cluster.failure(e);
    }
  }

  private void lose(DataLoss answer, TopicPartition from, long first, long behind)
      throws IOException {
    String sentence = LostOffsets.lost(answer, from, first, behind);
    lost = lost == null ? sentence : lost + " It " + sentence;
  }

  @Override
  public @Nullable String warning() {
    return lost;
  }

  @Override
  public String reached() {
    return shard.end();
  }

  @Override
  public void close() {
    try (lent) {
      if (position >= shard.to()) {
        consumer.unsubscribe();
        lent.keep();
      }
    }
  }
}
