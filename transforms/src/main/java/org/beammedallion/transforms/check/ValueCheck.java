package org.beammedallion.transforms.check;

/**
 * A compiled check of a value where it stands in an encoded row: at its slot if it is of fixed
 * size, else at its first byte. Not thread-safe, for some keep buffers.
 */
abstract class ValueCheck {

  /**
   * Whether the value, which is not null, is as demanded.
   *
   * @param length of a value of variable size, else without meaning
   */
  abstract boolean accepts(byte[] bytes, int start, int length);

  boolean acceptsNull() {
    return true;
  }

  /** What is demanded, to follow "the value is …, but": for example "must be at least 0". */
  abstract String demand();
}
