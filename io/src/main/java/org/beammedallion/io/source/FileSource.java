package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceNames;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/**
 * The files that a glob names, as a source whose position is the set of files already taken.
 *
 * @param glob absolute, in the storage's canonical form
 * @param format of the files
 * @param order in which they come
 */
public record FileSource(String glob, ShardFormat format, Order order) implements Source {

  /** In which order files come. */
  public enum Order {
    /** In any: the source is listed as a whole. */
    ANY,
    /**
     * By their URIs: the source is listed from the last one on that was taken, and a file that
     * comes later with a lesser name is never seen.
     */
    NAME
  }

  /** Files that come in any order. */
  public FileSource(String glob, ShardFormat format) {
    this(glob, format, Order.ANY);
  }

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    TakenFiles taken = state.takenFiles();
    SourceListing listing = list(taken, SourceListing.Search.of(request));
    List<StoredFile> files =
        request.takeAgain().namesFiles()
            ? listing.fresh()
            : request.limits().first(listing.fresh());
    return plan(listing, files, taken, state, request);
  }

  /**
   * @param files of the next cycle, if none of them was read under another name
   */
  private SourcePlan plan(
      SourceListing listing,
      List<StoredFile> files,
      TakenFiles taken,
      SourceState state,
      PlanRequest request)
      throws IOException {
    Set<String> again = new HashSet<>(listing.takenAgain());
    again.retainAll(files.stream().map(StoredFile::uri).toList());
    List<StoredFile> named = files.stream().filter(file -> !again.contains(file.uri())).toList();
    FilePattern pattern = FilePattern.of(glob);
    String root = root(pattern);
    List<String> roots = SourceRoots.of(root, pattern, state, taken);
    SameFiles same = SameFiles.of(root, roots, named, taken, state, format);
    Renaming renaming = Renaming.of(same, again, request.takeAgain(), state, roots.size());
    List<StoredFile> read =
        files.stream().filter(file -> !renaming.leaves().contains(file.uri())).toList();
    List<String> warnings = new ArrayList<>(listing.warnings());
    warnings.addAll(same.warnings(renaming.again()));
    if (!read.isEmpty() && same.isNothing() && SourceRoots.isElsewhere(root, state, taken)) {
      warnings.add(
          "The pipeline has read no file in '"
              + root
              + "' yet, only such of other folders, and none of the new files is one of those. If these are other data,"
              + " give the pipeline a name of its own ('pipeline'): what it has read, its tables and its ledgers go by the"
              + " name.");
    }
    String obstacle = same.obstacle(renaming.again());
    if (obstacle != null) {
      warnings.add(obstacle + " A run would fail.");
    }
    long left = files.stream().mapToLong(StoredFile::size).sum();
    left -= read.stream().mapToLong(StoredFile::size).sum();
    return new SourcePlan(
        shards(read, request.shardBytes(read.stream().mapToLong(StoredFile::size).sum())),
        files.size() < listing.freshFiles(),
        listing.files(),
        listing.freshFiles() - (files.size() - read.size()),
        listing.freshBytes() - left,
        listing.refused(),
        read.stream().map(StoredFile::uri).filter(renaming.again()::contains).toList(),
        new SourceNames(roots, renaming.names()),
        Map.of(),
        List.of(),
        obstacle == null ? listing.missing() : obstacle,
        warnings);
  }

  /** The folder that names of files are told below. */
  private static String root(FilePattern pattern) throws IOException {
    String folder = pattern.folder();
    return Storage.of(folder).stat(folder).isPresent()
        ? folder.substring(0, Math.max(0, folder.lastIndexOf('/')))
        : folder;
  }

  SourceListing list(TakenFiles taken, SourceListing.Search search) throws IOException {
    Storage storage = Storage.of(glob);
    FilePattern pattern = FilePattern.of(glob);
    Optional<StoredFile> single = storage.stat(pattern.folder());
    String missing =
        storage.isMissing(pattern.folder()) && !taken.contains(pattern.folder())
            ? pattern.folder()
            : null;
    String last = order == Order.NAME ? taken.lastIn(pattern.folder()) : "";
    String after = search.takeAgain().namesFiles() ? "" : last;
    try (Stream<StoredFile> files =
        (single.isPresent()
                ? single.stream()
                : Stream.concat(
                    refused(taken, after).stream(), storage.listSorted(pattern.folder(), after)))
            .filter(pattern::matches)) {
      return SourceListing.of(glob, missing, files.iterator(), taken, search.behind(last), after);
    }
  }

  /** Files that were refused, and may have been mended, before the name that is listed from. */
  private static List<StoredFile> refused(TakenFiles taken, String after) throws IOException {
    List<StoredFile> files = new ArrayList<>();
    for (RefusedFile refused : taken.refused()) {
      if (refused.file().compareTo(after) <= 0) {
        Storage.of(refused.file()).stat(refused.file()).ifPresent(files::add);
      }
    }
    return files;
  }

  /**
   * Cuts files into shards of about one size. A file that is compressed, or whose records cannot be
   * told apart from the middle, is one shard.
   *
   * @param shardBytes at least one
   */
  List<Shard> shards(List<StoredFile> files, long shardBytes) {
    List<Shard> shards = new ArrayList<>();
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

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    FileShard part = (FileShard) shard;
    StoredFile now =
        Storage.of(part.uri())
            .stat(part.uri())
            .orElseThrow(() -> new FileNotFoundException(part.uri()));
    RawBatches records = format.open(part, blocks);
    return now.size() < part.size() ? new Shrunk(records) : records;
  }

  @Override
  public Estimate estimate(Shard shard) {
    long stored = shard.storedBytes();
    boolean text = format.kind() == Kind.LINES || format.kind() == Kind.CSV;
    boolean plain = text && format.compressionOf(shard.uri()) == Compression.NONE;
    return plain ? new Estimate(stored, stored) : Estimate.ofCompressed(stored);
  }

  /** The records of a file that has fewer bytes than when it was planned. */
  private record Shrunk(RawBatches records) implements RawBatches {

    @Override
    public @Nullable RawBatch next() throws IOException {
      return records.next();
    }

    @Override
    public String warning() {
      String own = records.warning();
      return own == null ? FileShard.SHRUNK : own;
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public @Nullable String encoding() {
      return records.encoding();
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }
}
