package org.beammedallion.transforms.sql;

import java.util.Arrays;

/** Orders texts in UTF-8 by their code points, as Spark SQL and DuckDB do. */
public final class Utf8Order {

  private Utf8Order() {}

  public static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
  }
}
