package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.bytes.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline file says of each gold table, beside what the last cycle knows that the table
 * is made by. A cycle makes only what new rows touch, so a table whose query was changed stays in
 * part what the earlier one said, until it is made anew as a whole.
 */
final class GoldDefinitions {

  /** Made by several definitions, or by one that no ledger tells of. */
  private static final String NONE = "";

  /** Text in quotes, or white space, which means the same however long it is. */
  private static final Pattern QUOTED_OR_SPACE =
      Pattern.compile("('[^']*'|`[^`]*`|\"[^\"]*\")|\\s+");

  private final Map<String, String> now;
  private final @Nullable Map<String, GoldEntry> last;

  private GoldDefinitions(Map<String, String> now, @Nullable Map<String, GoldEntry> last) {
    this.now = now;
    this.last = last;
  }

  /**
   * @param cycle the last one that was completed, or 0
   */
  static GoldDefinitions of(PipelineDefinition definition, ProgressLog log, long cycle)
      throws IOException {
    Map<String, GoldEntry> last = null;
    if (cycle > 0) {
      last = new LinkedHashMap<>();
      for (GoldEntry entry : log.ledger(cycle, Ledger.class).gold()) {
        last.put(entry.table(), entry);
      }
    }
    return new GoldDefinitions(digests(definition), last);
  }

  private static Map<String, String> digests(PipelineDefinition definition) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (DimensionSpec spec : definition.dimensions()) {
      digests.put(
          spec.table(),
          digest(
              spec.key(), spec.columns(), spec.tracked(), spec.validFrom(), spec.surrogateKey()));
    }
    String eventTime =
        definition.silver().eventTime() < 0
            ? ""
            : definition.schema().fields().get(definition.silver().eventTime()).physicalName();
    for (GoldSpec spec : definition.gold()) {
      digests.put(spec.table(), digest(spec.window(), eventTime, words(spec.sql())));
    }
    for (FactSpec spec : definition.facts()) {
      digests.put(spec.table(), digest(eventTime, words(spec.sql())));
    }
    return digests;
  }

  private static String words(String sql) {
    return QUOTED_OR_SPACE
        .matcher(sql.strip())
        .replaceAll(
            found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
  }

  private static String digest(@Nullable Object... parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part).append('\n');
    }
    byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits(Hashes.of(utf8, 0, utf8.length, 0));
  }

  /**
   * What a table is made by after a cycle.
   *
   * @param staged what the cycle did to it
   */
  String madeBy(String table, Staged staged) {
    String digest = now.getOrDefault(table, NONE);
    if (staged.whole() || last == null) {
      return digest;
    }
    GoldEntry before = last.get(table);
    if (before == null) {
      return NONE;
    }
    String known = before.definition();
    if (known == null) {
      // A ledger of an earlier version of the program does not tell.
      return digest;
    }
    boolean untouched = staged.result().files().isEmpty() && staged.result().removed().isEmpty();
    return known.equals(digest) || untouched ? known : NONE;
  }

  /** Tables that were added to the pipeline since the last cycle and are not in the lake yet. */
  List<String> added(PipelineDefinition definition, LakeLayout lake) throws IOException {
    List<String> added = new ArrayList<>();
    if (last == null) {
      return added;
    }
    for (String table : now.keySet()) {
      if (!last.containsKey(table)
          && LakeTables.of(definition, lake).named("gold." + table).snapshot().isEmpty()) {
        added.add(table);
      }
    }
    return added;
  }

  /**
   * Tables that are, at least in part, made by another definition than the pipeline file's.
   *
   * @param remade tables that are about to be made anew as a whole
   */
  List<String> warnings(Collection<String> remade) {
    List<String> warnings = new ArrayList<>();
    for (Map.Entry<String, String> table : now.entrySet()) {
      GoldEntry before = last == null ? null : last.get(table.getKey());
      if (before != null
          && before.definition() != null
          && !before.definition().equals(table.getValue())
          && !remade.contains(table.getKey())) {
        warnings.add(
            "gold."
                + table.getKey()
                + " was made by another definition than the pipeline file's, and a cycle makes only what new rows"
                + " touch; `run --recompute="
                + table.getKey()
                + "` makes all of it anew from silver.");
      }
    }
    return warnings;
  }
}
