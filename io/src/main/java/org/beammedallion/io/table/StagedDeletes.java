package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Marks of the deleted rows of one live file, which wait to be committed. They hold what was
 * deleted before too, and take its place.
 *
 * @param path of the data file, as {@link DataFile#path} has it
 * @param partitionValues of the data file
 * @param before what told the file's deleted rows when these were written: valid only there
 * @param deletes where they are
 * @param rows how many rows are marked
 * @param bytes of the file that holds the marks, perhaps those of other data files too
 */
public record StagedDeletes(
    String path,
    Map<String, @Nullable String> partitionValues,
    List<RowDeletes> before,
    RowDeletes deletes,
    long rows,
    long bytes)
    implements Serializable {

  public StagedDeletes {
    // Map.copyOf refuses null values.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
    before = List.copyOf(before);
  }
}
