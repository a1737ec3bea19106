package org.beammedallion.io.source;

/** What a cycle does where records that it was to read are gone from a stream. */
public enum DataLoss {
  /** It fails, and so does each after it. */
  FAIL,
  /** It takes what there is, and warns. */
  CONTINUE
}
