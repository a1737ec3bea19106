package org.beammedallion.io.bronze;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.transforms.raw.Landed;

/**
 * What a cycle has landed of a source that cannot be read twice alike, or whose end was not known
 * when the cycle was planned. Written once, with put-if-absent, before anything is made of the
 * records; whatever repeats a step of the cycle reads the files that it names. Files of other
 * attempts count nowhere.
 *
 * @param cycle its number
 * @param landed one of each shard of the plan, by their numbers
 * @param positions where the source stands behind the cycle: by URI of a part of it, in the
 *     source's own words; parts that the cycle did not read included
 */
public record BronzeManifest(long cycle, List<Landed> landed, Map<String, String> positions) {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final String REPAIR =
      "Only this file has the list of valid files in bronze, and the source's position after the cycle. Restore it from a"
          + " backup of the lake.";

  public BronzeManifest {
    landed = landed.stream().sorted(Comparator.comparingInt(Landed::shard)).toList();
    positions = Map.copyOf(positions);
  }

  /**
   * @param before where the source stood before the cycle
   */
  public static BronzeManifest of(long cycle, List<Landed> landed, Map<String, String> before) {
    Map<String, String> positions = new TreeMap<>(before);
    for (Landed shard : new BronzeManifest(cycle, landed, before).landed()) {
      if (shard.reached() != null) {
        positions.put(shard.source(), shard.reached());
      }
    }
    return new BronzeManifest(cycle, landed, positions);
  }

  private static String manifests(String folder) {
    return folder + "/manifests";
  }

  private static String uri(String folder, long cycle) {
    return String.format("%s/%010d.json", manifests(folder), cycle);
  }

  /**
   * The manifest of a cycle, or empty where nothing was landed so.
   *
   * @param folder of the pipeline's bronze layer
   */
  public static Optional<BronzeManifest> find(String folder, long cycle) throws IOException {
    String uri = uri(folder, cycle);
    try (InputStream in = Storage.of(uri).open(uri)) {
      return Optional.of(JSON.readValue(in, BronzeManifest.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw DamagedLogException.of(uri, "is not what this program writes there", REPAIR, e);
    }
  }

  /**
   * The manifest of a cycle that has read its source.
   *
   * @throws DamagedLogException where it is missing: without it the source would be read again
   */
  public static BronzeManifest require(String folder, long cycle) throws IOException {
    Optional<BronzeManifest> manifest = find(folder, cycle);
    if (manifest.isEmpty()) {
      throw DamagedLogException.of(uri(folder, cycle), "is missing", REPAIR, null);
    }
    return manifest.get();
  }

  /**
   * Writes it, unless there is one.
   *
   * @return what is there, which may come from another driver
   */
  public BronzeManifest put(String folder) throws IOException {
    String uri = uri(folder, cycle);
    return Storage.of(uri).putIfAbsent(uri, JSON.writeValueAsBytes(this))
        ? this
        : find(folder, cycle).orElseThrow(() -> new FileNotFoundException(uri));
  }

  /** What it has of those shards of the plan that had records, under their numbers. */
  public List<BronzeShard> shards() {
    List<BronzeShard> shards = new ArrayList<>();
    for (Landed shard : landed) {
      if (shard.bronzeFile() != null) {
        shards.add(new BronzeShard(shard.shard(), shard.bronzeFile(), cycle, shard.bronzeBytes()));
      }
    }
    return shards;
  }

  /** The files of bronze that count. */
  private Set<String> files() {
    return shards().stream().map(BronzeShard::uri).collect(Collectors.toSet());
  }

  /** Deletes the files of attempts that it does not name. */
  public void deleteOthers(BronzeCycle files) throws IOException {
    Storage storage = Storage.of(files.folder());
    Set<String> named = files();
    for (StoredFile file : files.filesOfAttempts()) {
      if (!named.contains(file.uri())) {
        storage.delete(file.uri());
      }
    }
  }

  /**
   * Files of attempts that no manifest names, of cycles before one; memory is that of one manifest.
   *
   * @param folder of the pipeline's bronze layer
   * @param before number of the first cycle that may still be at work
   */
  public static List<StoredFile> lostFiles(String folder, long before) throws IOException {
    Storage storage = Storage.of(folder);
    try (Stream<StoredFile> any = storage.listSorted(manifests(folder), "")) {
      if (any.findAny().isEmpty()) {
        return List.of();
      }
    }
    Names names = new Names(folder);
    try (Stream<StoredFile> files = storage.listSorted(folder, "")) {
      List<StoredFile> lost = new ArrayList<>();
      Iterator<StoredFile> each = files.iterator();
      while (each.hasNext()) {
        StoredFile file = each.next();
        if (BronzeCycle.isOfAttempt(file) && BronzeCycle.of(file) < before && !names.count(file)) {
          lost.add(file);
        }
      }
      return lost;
    }
  }

  /**
   * Tells which files count, of files of complete cycles that come in the order of their cycles.
   */
  public static final class Names {
    private final String folder;
    private long cycle = -1;
    private Set<String> named = Set.of();

    /**
     * @param folder of the pipeline's bronze layer
     */
    public Names(String folder) {
      this.folder = folder;
    }

    /**
     * Whether a file of bronze counts.
     *
     * @throws DamagedLogException where its cycle has lost its manifest: the file may be the only
     *     one that has its records
     */
    public boolean count(StoredFile file) throws IOException {
      if (!BronzeCycle.isOfAttempt(file)) {
        return true;
      }
      long of = BronzeCycle.of(file);
      if (of != cycle) {
        named = require(folder, of).files();
        cycle = of;
      }
      return named.contains(file.uri());
    }
  }
}
