package org.beammedallion.io.bronze;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * The files in which bronze keeps the records of a cycle's shards.
 *
 * @param named those whose names do not follow from cycle and shard, by shard
 */
public record BronzeFiles(BronzeCycle cycle, Map<Integer, String> named) implements Serializable {

  public BronzeFiles {
    named = Map.copyOf(named);
  }

  /** Of a source that can be read twice alike. */
  public static BronzeFiles of(BronzeCycle cycle) {
    return new BronzeFiles(cycle, Map.of());
  }

  /** Those that a manifest names. */
  public static BronzeFiles of(BronzeCycle cycle, BronzeManifest manifest) {
    Map<Integer, String> named = new HashMap<>();
    manifest.shards().forEach(shard -> named.put(shard.number(), shard.uri()));
    return new BronzeFiles(cycle, named);
  }

  /** The file of a shard that has records. */
  public String uri(int shard) {
    String uri = named.get(shard);
    return uri == null ? cycle.file(shard, BronzeFile.EXTENSION) : uri;
  }
}
