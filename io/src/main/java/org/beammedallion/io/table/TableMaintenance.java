package org.beammedallion.io.table;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.storage.StoredFile;

/**
 * What keeps a table small and quick to read, while others write to it. Nothing of it changes a
 * row, or what is known of committed cycles. Thread-safe.
 */
public interface TableMaintenance {

  /**
   * Puts files in the place of others that hold the same rows. Appends may come in between; readers
   * that follow the table's changes see none.
   *
   * @throws ConcurrentCommitException where a file that is to be replaced is not live any more:
   *     nothing was changed
   */
  CommitResult compact(List<DataFile> adds, List<DataFile> removes) throws IOException;

  /**
   * The versions that {@link #expire} would forget, the latest first.
   *
   * @param keepLast number of latest versions that are kept, however old; at least 1
   */
  List<TableVersion> expirable(Instant before, int keepLast) throws IOException;

  /**
   * Forgets old versions. Data files stay; those that no kept version refers to are {@link
   * #orphans} then.
   *
   * @param before versions committed earlier go. It must lie so far back that no writer is still at
   *     work on what it read then
   * @param keepLast number of latest versions that are kept, however old; at least 1
   * @return how many versions were forgotten
   */
  int expire(Instant before, int keepLast) throws IOException;

  /**
   * Lets every rollback that was begun before fail or begin again, so that none brings a file back
   * that {@link #orphans} names afterwards. Where that needs no version, none is made.
   */
  void beginRemoval() throws IOException;

  /**
   * Files in the table's folder to which no kept version refers.
   *
   * @param before only files last written earlier. It must lie so far back that nobody has staged
   *     them and will still commit them
   * @throws TableException where a live file is not found, so that nothing can be said safely
   */
  List<StoredFile> orphans(Instant before) throws IOException;
}
