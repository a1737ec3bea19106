package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.transforms.bytes.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline file says of each gold table, beside what the last cycle knows that the table
 * is made by. A cycle makes only what new rows touch, so a table whose query was changed stays in
 * part what the earlier one said, until it is made again as a whole.
 */
public final class GoldDefinitions {

  /** Made by several definitions, or by one that no ledger tells of. */
  static final String NONE = "";

  /** Text in quotes, or white space, which means the same however long it is. */
  private static final Pattern QUOTED_OR_SPACE =
      Pattern.compile("('[^']*'|`[^`]*`|\"[^\"]*\")|\\s+");

  private final ProgressLog log;
  private final Map<String, TableJob> now;
  private final @Nullable Map<String, GoldEntry> last;

  private GoldDefinitions(
      ProgressLog log, Map<String, TableJob> now, @Nullable Map<String, GoldEntry> last) {
    this.log = log;
    this.now = now;
    this.last = last;
  }

  /**
   * @param cycle the last one that was completed, or 0
   */
  public static GoldDefinitions of(List<TableJob> jobs, ProgressLog log, long cycle)
      throws IOException {
    Map<String, GoldEntry> last = cycle > 0 ? entries(log, cycle) : null;
    Map<String, TableJob> now = new LinkedHashMap<>();
    for (TableJob job : jobs) {
      if (job.digest() != null) {
        now.put(job.shortName(), job);
      }
    }
    return new GoldDefinitions(log, now, last);
  }

  /**
   * What the ledger of a cycle says of a table; null if the cycle is not completed or says nothing.
   */
  public static @Nullable GoldEntry entry(ProgressLog log, long cycle, String table)
      throws IOException {
    return cycle > 0 && log.isCompleted(cycle) ? entries(log, cycle).get(table) : null;
  }

  private static Map<String, GoldEntry> entries(ProgressLog log, long cycle) throws IOException {
    Map<String, GoldEntry> entries = new LinkedHashMap<>();
    for (GoldEntry entry : log.ledger(cycle, Ledger.class).gold()) {
      entries.put(entry.table(), entry);
    }
    return entries;
  }

  /** The words of a query, in which white space outside quotes means nothing. */
  public static String words(String sql) {
    return QUOTED_OR_SPACE
        .matcher(sql.strip())
        .replaceAll(
            found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
  }

  /** Digest of what a table is made by. */
  public static String digest(@Nullable Object... parts) {
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
  public String madeBy(TableJob job, Staged staged) throws IOException {
    String digest =
        Objects.requireNonNullElse(
            isAsStaged(job, staged) ? job.digest() : staged.definition(), NONE);
    if (staged.whole() || last == null) {
      return digest;
    }
    GoldEntry before = last.get(job.shortName());
    if (before == null) {
      return NONE;
    }
    String known = foundMadeBy(job, before, staged.readVersion());
    if (known == null) {
      // A ledger of an earlier version of the program does not tell.
      return job.isTrustedUnknown() ? digest : NONE;
    }
    boolean untouched = staged.result().files().isEmpty() && staged.result().removed().isEmpty();
    if (known.equals(digest) || (isAsStaged(job, staged) && isOf(job, known))) {
      return digest;
    }
    return untouched ? known : NONE;
  }

  /**
   * Whether all of a table, as a cycle finds it, is made by what the pipeline file says.
   *
   * @param read the version that the cycle finds
   */
  public boolean isMadeByThis(TableJob job, long read) throws IOException {
    GoldEntry before = last == null ? null : last.get(job.shortName());
    String known = before == null ? null : foundMadeBy(job, before, read);
    return known != null && isOf(job, known);
  }

  /** What a table is made by that a cycle finds, which may have been rolled back since the last. */
  private @Nullable String foundMadeBy(TableJob job, GoldEntry before, long read)
      throws IOException {
    if (read == before.version() || job.digest() == null) {
      return before.definition();
    }
    return new RolledBack(job, log, before).madeBy(read);
  }

  /** Whether the pipeline file says of a table what it said when the change was staged. */
  private static boolean isAsStaged(TableJob job, Staged staged) {
    return job.digest() == null
        || staged.definition() == null
        || staged.definition().equals(job.digest());
  }

  private boolean isOlder(TableJob job) throws IOException {
    GoldEntry before = last == null ? null : last.get(job.shortName());
    String known = before == null ? null : foundMadeBy(job, before, job.snapshot().version());
    return known != null && !isOf(job, known);
  }

  /**
   * Whether one of some tables is, at least in part, made by another definition.
   *
   * @param tables their names, without the layer
   */
  public boolean isAnyOlder(Collection<String> tables) throws IOException {
    for (TableJob job : now.values()) {
      if (tables.contains(job.shortName()) && isOlder(job)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOf(TableJob job, String known) {
    return known.equals(job.digest()) || known.equals(job.earlierDigest());
  }

  /** Tables that were added to the pipeline since the last cycle and are not in the lake yet. */
  public List<String> added() throws IOException {
    List<String> added = new ArrayList<>();
    if (last == null) {
      return added;
    }
    for (TableJob job : now.values()) {
      if (!last.containsKey(job.shortName()) && job.table().snapshot().isEmpty()) {
        added.add(job.shortName());
      }
    }
    return added;
  }

  /**
   * Tables that are, at least in part, made by another definition than the pipeline file's.
   *
   * @param remade tables that are about to be made again as a whole
   */
  public List<String> warnings(Collection<String> remade) throws IOException {
    List<String> warnings = new ArrayList<>();
    for (TableJob job : now.values()) {
      String table = job.shortName();
      if (isOlder(job) && !remade.contains(table)) {
        warnings.add(
            "gold."
                + table
                + " was built with an older definition; only windows of new rows use the pipeline file's. `run"
                + " --recompute="
                + table
                + "` rebuilds it from silver.");
      }
    }
    return warnings;
  }
}
