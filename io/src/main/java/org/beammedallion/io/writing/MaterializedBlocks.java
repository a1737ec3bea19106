package org.beammedallion.io.writing;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.keys.LaneRanges;
import org.beammedallion.io.storage.Storage;

/**
 * A cycle's blocks on storage, and what is known of their keys.
 *
 * @param files of blocks, for {@link ReadBlocks}
 * @param hashFiles of the keys' hashes
 * @param keys how many hashes there are
 * @param ranges that hold the keys, by lane
 */
public record MaterializedBlocks(
    List<String> files, List<String> hashFiles, long keys, List<LaneRanges> ranges) {

  /**
   * Largest number of hashes that every worker reads, 64 MiB in its memory; beyond, every row of
   * the files that are read is compared.
   */
  private static final long MAX_HASHES = 32L << 20;

  static final MaterializedBlocks NONE = new MaterializedBlocks(List.of(), List.of(), 0, List.of());

  public MaterializedBlocks {
    files = List.copyOf(files);
    hashFiles = List.copyOf(hashFiles);
    ranges = List.copyOf(ranges);
  }

  /** Reads what {@link MaterializeBlocks} left. */
  public static MaterializedBlocks read(String uri) throws IOException {
    try (InputStream in = Storage.of(uri).open(uri)) {
      return decode(in.readAllBytes());
    }
  }

  /** The keys, to be looked for in files. */
  public KeySearch search(KeyLanes lanes) {
    return new KeySearch(lanes, ranges, keys <= MAX_HASHES ? hashFiles : List.of(), keys);
  }

  /** Removes all files. */
  public void delete() throws IOException {
    for (List<String> kind : List.of(files, hashFiles)) {
      for (String file : kind) {
        Storage.of(file).delete(file);
      }
    }
  }

  MaterializedBlocks plus(MaterializedBlocks other) {
    // A key none of whose fields has an order has no ranges; only what has no files is nothing.
    if (files.isEmpty() || other.files.isEmpty()) {
      return files.isEmpty() ? other : this;
    }
    List<LaneRanges> sum = new ArrayList<>();
    for (int lane = 0; lane < ranges.size(); lane++) {
      sum.add(ranges.get(lane).plus(other.ranges.get(lane)));
    }
    return new MaterializedBlocks(
        StageResult.joined(files, other.files),
        StageResult.joined(hashFiles, other.hashFiles),
        keys + other.keys,
        sum);
  }

  static MaterializedBlocks decode(byte[] json) throws IOException {
    return StagedJson.mapper().readValue(json, MaterializedBlocks.class);
  }
}
