package org.beammedallion.transforms.check;

/** A step on the way from a row to the values that a rule speaks about. */
abstract class PathStep {

  /** Whether all values that lie further on this way pass the rule. */
  abstract boolean accepts(byte[] bytes, int start, int length);

  /** What null instead of an object or array means: that there is nothing further to be judged. */
  boolean acceptsNull() {
    return true;
  }

  /**
   * Appends where the first value is that does not pass, and why; only to be called where one does
   * not.
   */
  abstract void explain(byte[] bytes, int start, int length, StringBuilder words);

  void explainNull(StringBuilder words) {
    words.append(" is null");
  }
}
