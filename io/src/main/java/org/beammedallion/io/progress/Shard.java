package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A part of a source that one worker reads. The plan of a cycle and the progress log hold shards as
 * they are; each kind is told by its fields.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(FileShard.class),
  @JsonSubTypes.Type(BronzeShard.class),
  @JsonSubTypes.Type(KafkaShard.class),
  @JsonSubTypes.Type(LandedShard.class)
})
public sealed interface Shard extends Serializable
    permits FileShard, BronzeShard, KafkaShard, LandedShard {

  /** From 0, unique in its cycle. */
  int number();

  /** What it is a part of: URI of a file, or of a partition of a topic. */
  String uri();

  /** How much is read of it, in bytes as they are stored. */
  long storedBytes();

  /** How many offsets of a stream it spans, with and without a message; 0 of files. */
  default long offsets() {
    return 0;
  }

  /**
   * Position in the source behind the shard, in the source's own words; null where what was taken
   * is told by the names of files.
   */
  default @Nullable String end() {
    return null;
  }
}
