package org.beammedallion.pipelines.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.highavailability.JobResultEntry;
import org.apache.flink.runtime.highavailability.JobResultStore;
import org.apache.flink.runtime.jobmaster.JobResult;

/**
 * The results of jobs, as Flink wants them kept until it has cleaned up behind the job. Flink's own
 * store keeps all of them until the process ends, each with Beam's metrics: tens of kilobytes a
 * job, and a driver that runs at an interval has jobs for months. This one forgets results that are
 * clean, and remembers the names of the last ones. Thread-safe.
 */
final class RecentResults implements JobResultStore {

  private final Map<JobID, JobResult> dirty = new HashMap<>();
  private final Map<JobID, Boolean> clean;

  /**
   * @param most clean jobs whose names are remembered
   */
  RecentResults(int most) {
    clean =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<JobID, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  @Override
  public synchronized CompletableFuture<Void> createDirtyResultAsync(JobResultEntry result) {
    dirty.put(result.getJobId(), result.getJobResult());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Void> markResultAsCleanAsync(JobID job) {
    if (dirty.remove(job) == null) {
      return CompletableFuture.failedFuture(
          new NoSuchElementException("No result of job " + job + " waits for its cleanup."));
    }
    clean.put(job, true);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Boolean> hasDirtyJobResultEntryAsync(JobID job) {
    return CompletableFuture.completedFuture(dirty.containsKey(job));
  }

  @Override
  public synchronized CompletableFuture<Boolean> hasCleanJobResultEntryAsync(JobID job) {
    return CompletableFuture.completedFuture(clean.containsKey(job));
  }

  @Override
  public synchronized Set<JobResult> getDirtyResults() {
    return new HashSet<>(dirty.values());
  }

  /** How many jobs it knows of. */
  synchronized int size() {
    return dirty.size() + clean.size();
  }
}
