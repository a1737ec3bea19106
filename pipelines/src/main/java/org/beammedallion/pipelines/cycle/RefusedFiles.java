package org.beammedallion.pipelines.cycle;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.raw.Landed;

/** Files of which a cycle publishes no record, because they do not match the contract. */
public final class RefusedFiles {

  private RefusedFiles() {}

  /** One shard of each, the first one that says so, in order of the shards. */
  private static Map<String, Landed> first(List<Landed> shards) {
    Map<Integer, Landed> inOrder = new TreeMap<>();
    shards.forEach(shard -> inOrder.put(shard.shard(), shard));
    Map<String, Landed> refused = new LinkedHashMap<>();
    for (Landed shard : inOrder.values()) {
      if (shard.refused() != null) {
        refused.putIfAbsent(shard.source(), shard);
      }
    }
    return refused;
  }

  /** Why each is refused, by its URI. */
  public static Map<String, String> of(List<Landed> shards) {
    Map<String, String> refused = new TreeMap<>();
    first(shards).forEach((uri, shard) -> refused.put(uri, String.valueOf(shard.refused())));
    return refused;
  }

  /** URIs of files that had vanished when one of their shards was to be read. */
  public static Set<String> gone(List<Landed> shards) {
    Set<String> gone = new TreeSet<>();
    shards.stream().filter(Landed::vanished).forEach(shard -> gone.add(shard.source()));
    return gone;
  }

  /**
   * As the ledger has them.
   *
   * @param definition see {@link #definition}
   */
  public static List<RefusedFile> of(CyclePlan plan, List<Landed> shards, String definition) {
    Map<String, String> refused = of(shards);
    if (refused.isEmpty()) {
      return List.of();
    }
    Map<String, RefusedFile> files = new LinkedHashMap<>();
    for (Shard shard : plan.shards()) {
      String why = refused.get(shard.uri());
      if (why != null) {
        files.putIfAbsent(shard.uri(), refused(shard, definition, why));
      }
    }
    return List.copyOf(files.values());
  }

  private static RefusedFile refused(Shard shard, String definition, String why) {
    if (shard instanceof FileShard file) {
      return new RefusedFile(file.uri(), file.size(), file.modified(), definition, why);
    }
    // What is in bronze never changes, so only another definition has it read again.
    return new RefusedFile(shard.uri(), shard.storedBytes(), Instant.EPOCH, definition, why);
  }

  /** An entry in the quarantine for each. */
  public static List<DeadLetter> letters(List<Landed> shards) {
    List<DeadLetter> letters = new ArrayList<>();
    first(shards)
        .forEach(
            (uri, shard) ->
                letters.add(
                    new DeadLetter(
                        Reason.FILE_REFUSED,
                        "The file " + shard.refused(),
                        null,
                        new byte[0],
                        0,
                        new Provenance(uri, shard.shard(), 0))));
    return letters;
  }

  /**
   * Whether records of a refused file, or of one that has vanished, went on: those before the place
   * where it was found out, or those of another shard.
   */
  public static boolean arePartlyRead(List<Landed> shards) {
    Set<String> read = new HashSet<>();
    for (Landed shard : shards) {
      if (shard.read() > 0) {
        read.add(shard.source());
      }
    }
    return Stream.concat(first(shards).keySet().stream(), gone(shards).stream())
        .anyMatch(read::contains);
  }

  /**
   * Digest of all that decides whether a file is refused, apart from the file: contract, pipeline
   * file, and version of the program.
   */
  public static String definition(PipelineDefinition definition) {
    String text =
        String.join(
            "\n",
            definition.contract().id(),
            definition.contract().version(),
            definition.source().toString(),
            definition.schema().toString(),
            definition.schemaPolicy().toString(),
            definition.silver().toString(),
            definition.checks().rules().toString(),
            String.valueOf(RefusedFiles.class.getPackage().getImplementationVersion()));
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits(Hashes.of(utf8, 0, utf8.length, 0));
  }

  /**
   * URIs of files that are refused now.
   *
   * @param names their URIs, or names without a folder where one refused file alone has the name
   * @throws IllegalArgumentException where a name is none, or that of several
   */
  public static List<String> named(List<String> names, TakenFiles taken) {
    List<String> refused = taken.refused().stream().map(RefusedFile::file).toList();
    List<String> found = new ArrayList<>();
    for (String name : names) {
      List<String> matches =
          refused.contains(name)
              ? List.of(name)
              : refused.stream().filter(uri -> uri.endsWith("/" + name)).toList();
      if (matches.size() != 1) {
        throw new IllegalArgumentException(
            matches.isEmpty()
                ? "'"
                    + name
                    + "' is not a refused file of this pipeline. Refused are: "
                    + (refused.isEmpty() ? "none" : String.join(", ", refused))
                    + "."
                : "'"
                    + name
                    + "' is the name of several refused files: "
                    + String.join(", ", matches)
                    + ". Give the whole path of one.");
      }
      found.addAll(matches);
    }
    return found;
  }
}
