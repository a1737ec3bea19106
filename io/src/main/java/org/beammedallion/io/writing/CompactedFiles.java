package org.beammedallion.io.writing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.DataFile;

/**
 * What workers made of groups of files, not yet committed.
 *
 * @param groups any of which can be committed without the others
 */
public record CompactedFiles(List<Group> groups) {

  static final CompactedFiles NONE = new CompactedFiles(List.of());

  public CompactedFiles {
    groups = List.copyOf(groups);
  }

  /**
   * New files that hold the rows of the removed ones.
   *
   * @param removed paths
   */
  public record Group(List<DataFile> files, List<String> removed) implements Serializable {
    public Group {
      files = List.copyOf(files);
      removed = List.copyOf(removed);
    }
  }

  CompactedFiles plus(CompactedFiles other) {
    return new CompactedFiles(StageResult.joined(groups, other.groups));
  }

  /** Reads what {@link org.beammedallion.io.compaction.CompactFiles} left, and takes it away. */
  public static CompactedFiles take(String uri) throws IOException {
    Storage storage = Storage.of(uri);
    JsonMapper json = StagedJson.mapper();
    CompactedFiles result;
    try (InputStream in = storage.open(uri)) {
      result = json.readValue(in.readAllBytes(), CompactedFiles.class);
    }
    storage.delete(uri);
    return result;
  }
}
