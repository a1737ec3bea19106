package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param selected the parts of the file that may be wanted; null for all of it
 */
public record LandedShard(
    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE) KafkaShard range,
    @Nullable String landedFile,
    long landedBytes,
    Instant landedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SelectedPieces selected)
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
    return selected == null ? landedBytes : selected.bytes();
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
