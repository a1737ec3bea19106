package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/** The files that a glob names, as a source whose position is the set of files already taken. */
public final class FileSource {

  private final String glob;
  private final Storage storage;
  private final FilePattern pattern;
  private final ShardFormat format;

  private FileSource(String glob, ShardFormat format) {
    this.glob = glob;
    this.storage = Storage.of(glob);
    this.pattern = FilePattern.of(glob);
    this.format = format;
  }

  /**
   * The files of a glob.
   *
   * @param glob absolute, in the storage's canonical form
   */
  public static FileSource of(String glob, ShardFormat format) {
    return new FileSource(glob, format);
  }

  public ShardFormat format() {
    return format;
  }

  /** Every file that is there now, in order of URI. */
  private List<StoredFile> files() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    storage.stat(pattern.folder()).filter(pattern::matches).ifPresent(files::add);
    for (StoredFile file : storage.list(pattern.folder())) {
      if (pattern.matches(file)) {
        files.add(file);
      }
    }
    return files;
  }

  /**
   * What is there now.
   *
   * @param taken each file that was read before, by its URI
   */
  public SourceListing list(Map<String, TakenFile> taken) throws IOException {
    String missing =
        !taken.containsKey(glob) && storage.isMissing(pattern.folder()) ? pattern.folder() : null;
    return SourceListing.of(glob, missing, files(), taken);
  }

  /**
   * Cuts files into shards of about one size. A file that is compressed, or whose records cannot be
   * told apart from the middle, is one shard.
   *
   * @param shardBytes at least one
   */
  public List<FileShard> shards(List<StoredFile> files, long shardBytes) {
    List<FileShard> shards = new ArrayList<>();
    for (StoredFile file : files) {
      long parts = 1;
      if (format.isSplittable(file.uri())) {
        parts = Math.max(1, Math.round((double) file.size() / shardBytes));
      }
      for (long part = 0; part < parts; part++) {
        shards.add(
            new FileShard(
                shards.size(),
                file.uri(),
                file.size(),
                file.modified(),
                file.size() * part / parts,
                file.size() * (part + 1) / parts));
      }
    }
    return shards;
  }
}
