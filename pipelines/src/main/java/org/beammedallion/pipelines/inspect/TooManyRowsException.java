package org.beammedallion.pipelines.inspect;

import java.util.Locale;

/** Rows that are to be sorted do not fit in memory. */
public final class TooManyRowsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyRowsException(long rows, long bytes) {
    super(
        String.format(
            Locale.ROOT,
            "Sorting needs more memory than there is for it: %,d rows take %,d MB already. Take fewer rows by --limit or"
                + " --where, fewer columns by --columns, or raise -Xmx.",
            rows,
            Math.max(1, bytes >> 20)));
  }
}
