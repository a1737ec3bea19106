package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do now.
 *
 * @param pattern of the source's files
 * @param files that the source names
 * @param newFiles those that no cycle has taken; of a lake that is not given, all
 * @param newBytes their size
 * @param openCycle number of a cycle that was begun and not completed, which the run would complete; 0 where there is none
 */
public record DryRun(String pattern, int files, int newFiles, long newBytes, long openCycle) {

  /**
   * @param lake null where it is not known yet
   */
  public static DryRun of(PipelineDefinition definition, @Nullable LakeLayout lake)
      throws IOException {
    List<StoredFile> files = Sources.of(definition.source()).files();
    List<StoredFile> fresh = files;
    long open = 0;
    if (lake != null) {
      ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
      fresh = Sources.of(definition.source()).newFiles(log.takenFiles());
      OptionalLong newest = log.newestPlanned();
      if (newest.isPresent() && !log.isCompleted(newest.getAsLong())) {
        open = newest.getAsLong();
      }
    }
    return new DryRun(
        definition.source().path(),
        files.size(),
        fresh.size(),
        fresh.stream().mapToLong(StoredFile::size).sum(),
        open);
  }
}
