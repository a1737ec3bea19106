package org.beammedallion.io.keys;

import java.io.Serializable;
import org.beammedallion.transforms.deduplicate.RowKey;

/** How keys are spread over numbered buckets; rows of one key are in one. */
public interface KeySpread extends Serializable {

  /** How many buckets there are. */
  int count();

  /** The bucket of a row, from 0. */
  int bucket(RowKey key, byte[] bytes, int row);

  /** Over a number of buckets that no name or file refers to. */
  static KeySpread over(int buckets) {
    return new Modulo(buckets);
  }

  /** By the remainder of the hash. */
  record Modulo(int count) implements KeySpread {
    @Override
    public int bucket(RowKey key, byte[] bytes, int row) {
      return key.bucket(bytes, row, count);
    }
  }
}
