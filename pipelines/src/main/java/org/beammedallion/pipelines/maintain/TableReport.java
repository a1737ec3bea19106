package org.beammedallion.pipelines.maintain;

/**
 * What maintenance did to a table, or would do.
 *
 * @param filesBefore live data files, and their bytes
 * @param smallFiles files that were put together
 * @param deletedRowsBefore rows of live files that are deleted by position, which readers must pass
 *     over
 * @param versionsExpired versions that are forgotten
 * @param filesRemoved files that no kept version referred to, and their bytes
 * @param note what could not be done and why; empty where all was done
 */
public record TableReport(
    String table,
    long filesBefore,
    long bytesBefore,
    long filesAfter,
    long bytesAfter,
    long smallFiles,
    long deletedRowsBefore,
    long deletedRowsAfter,
    long versionsExpired,
    long filesRemoved,
    long bytesRemoved,
    String note) {}
