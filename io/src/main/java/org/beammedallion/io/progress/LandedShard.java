package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A range of a topic that another pipeline has read, and keeps in its bronze.
 *
 * @param range what is wanted of the topic; the file may begin before it
 * @param landedFile URI of the file in bronze; null where the range has no record
 * @param landedBytes size of the file
 * @param landedAt time of the cycle that has written it
 */
public record LandedShard(
    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE) KafkaShard range,
    @Nullable String landedFile,
    long landedBytes,
    Instant landedAt)
    implements Shard {

  @Override
  public int number() {
    return range.number();
  }

  @Override
  public String uri() {
    return range.uri();
  }

  @Override
  public long storedBytes() {
    return landedBytes;
  }

  @Override
  public String end() {
    return range.end();
  }

  @Override
  public long offsets() {
    return range.offsets();
  }
}
