package org.beammedallion.pipelines.maintain;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What maintenance did to a table, or would do.
 *
 * @param smallFiles files that were put together
 * @param versionsExpired versions that are forgotten
 * @param filesRemoved files that no kept version referred to, and their bytes
 * @param note what could not be done and why; empty where all was done
 */
public record TableReport(
    String table,
    @JsonUnwrapped(suffix = "Before") Content before,
    @JsonUnwrapped(suffix = "After") Content after,
    long smallFiles,
    long versionsExpired,
    long filesRemoved,
    long bytesRemoved,
    String note) {

  /**
   * What a table holds.
   *
   * @param files live data files, and their bytes
   * @param deletedRows rows of live files that are deleted by position, which readers must pass
   *     over
   */
  public record Content(long files, long bytes, long deletedRows) {}
}
