package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.TakenFiles;
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
  private Stream<StoredFile> files() throws IOException {
    Optional<StoredFile> single = storage.stat(pattern.folder());
    Stream<StoredFile> files =
        single.isPresent() ? single.stream() : storage.listSorted(pattern.folder());
    return files.filter(pattern::matches);
  }

  /**
   * What is there now.
   *
   * @param taken files that were read or refused before
   */
  public SourceListing list(TakenFiles taken, SourceListing.Search search) throws IOException {
    String missing =
        storage.isMissing(pattern.folder()) && !taken.contains(glob) ? pattern.folder() : null;
    try (Stream<StoredFile> files = files()) {
      return SourceListing.of(glob, missing, files.iterator(), taken, search);
    }
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
