package org.beammedallion.transforms.decode;

/** What becomes of NaN and the infinities of binary files. */
public enum NotNumbers {
  /** Columns of floating point numbers hold them; other columns refuse them. */
  KEEP,
  /** They are nulls, in every column. */
  NULL
}
