package org.beammedallion.io.table;

import java.util.List;
import java.util.stream.Collectors;
import org.beammedallion.io.table.SchemaChange.Effect;
import org.beammedallion.io.table.TableEvolution.Difference;
import org.beammedallion.quality.contract.ContractVersion;
import org.beammedallion.quality.pipeline.SchemaPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a table may follow its contract. What every query survives is allowed by a
 * contract that is not older than the table's; what takes something away asks for a higher first
 * number of the contract's version; what the rows that are there cannot follow is never allowed. A
 * table without rows follows in everything but its partitions.
 */
public final class EvolutionRules {

  private static final String BEGIN_AGAIN =
      " Or, the simple way if nothing else depends on the tables of this pipeline: medallion reset PIPELINE --lake=URI removes all"
          + " of them, and the next run reads every file again that the source still has.";

  private EvolutionRules() {}

  /** A sentence that names what differs, and ends with the way out. */
  public static String differs(String table, List<SchemaChange> changes) {
    return "The "
        + table
        + " differs from the contract: "
        + clauses(changes)
        + ". Change the contract or the table, or write to another table and switch its readers with `medallion publish`.";
  }

  /** Those that the rows that are there cannot follow. */
  public static List<SchemaChange> breaking(List<SchemaChange> changes) {
    return with(changes, Effect.BREAKING);
  }

  /**
   * Checks that the table may be changed.
   *
   * @param table how messages call it: {@code silver.orders}
   * @param contractVersion of the contract at hand
   * @throws SchemaChangeRefusedException that names the changes and the way out
   */
  public static void require(
      String table, Difference difference, SchemaPolicy policy, String contractVersion)
      throws SchemaChangeRefusedException {
    List<SchemaChange> changes = difference.changes();
    if (changes.isEmpty() || !difference.hasRows()) {
      return;
    }
    String reason = reason(table, difference, policy, contractVersion);
    if (reason != null) {
      throw new SchemaChangeRefusedException(
          "The table "
              + table
              + " differs from the contract (version "
              + contractVersion
              + "): "
              + clauses(changes)
              + ". "
              + reason);
    }
  }

  private static @Nullable String reason(
      String table, Difference difference, SchemaPolicy policy, String contractVersion) {
    String written = difference.contractVersion();
    if (written != null && order(contractVersion, written) < 0) {
      return "The table has version "
          + written
          + " of the contract, which is newer. Use that version; to undo a change, give the contract an even higher version.";
    }
    List<SchemaChange> breaking = breaking(difference.changes());
    if (!breaking.isEmpty()) {
      return "Existing rows cannot be converted"
          + whereNotAll(breaking, difference.changes())
          + ". "
          + castInQuery(table)
          + wayOut(table);
    }
    if (policy != SchemaPolicy.EVOLVE) {
      return "The pipeline says 'schemaPolicy: "
          + policy.name().toLowerCase(java.util.Locale.ROOT)
          + "', so the table is not changed. Set 'schemaPolicy: evolve', or undo the change of the contract.";
    }
    List<SchemaChange> removing = with(difference.changes(), Effect.REMOVING);
    if (removing.isEmpty()) {
      return null;
    }
    return removal(whereNotAll(removing, difference.changes()), written, contractVersion);
  }

  private static @Nullable String removal(
      String where, @Nullable String written, String contractVersion) {
    if (written == null) {
      return "Columns are only removed from a table that has the version of its contract, and this one does "
          + "not: set its property medallion.contract-version, or keep the columns in the contract.";
    }
    ContractVersion now = ContractVersion.parse(contractVersion);
    ContractVersion before = ContractVersion.parse(written);
    if (now != null && before != null && now.major() > before.major()) {
      return null;
    }
    return "Queries that name these columns would fail"
        + where
        + ". Where that is intended, "
        + raised(before)
        + ". A renamed column needs the custom property 'renamedFrom'; otherwise it is dropped.";
  }

  private static String raised(@Nullable ContractVersion before) {
    return before == null
        ? "give the contract a version of numbers, such as 2.0.0, and raise its first number with every such change"
        : "set the version of the contract to " + (before.major() + 1) + ".0.0 or higher";
  }

  /** The columns of gold follow from its SQL, in which the type that the table has can be kept. */
  private static String castInQuery(String table) {
    return table.startsWith("gold.")
        ? "To keep the column unchanged, cast it in the table's SQL to its present type, such as CAST(AVG(x) AS BIGINT). Or: "
        : "";
  }

  private static String wayOut(String table) {
    String name = table.substring(table.indexOf('.') + 1);
    String layer = table.substring(0, table.indexOf('.') + 1);
    return "Write to a new table ('table: "
        + name
        + "_v2' under a pipeline name of its own), and when it is filled, switch the readers: medallion publish PIPELINE "
        + layer
        + name
        + "_v2 --as="
        + name
        + "."
        + (layer.equals("silver.") ? BEGIN_AGAIN : "");
  }

  /** Below 0 where the first version is older; 0 where they cannot be compared. */
  private static int order(String version, String other) {
    ContractVersion a = ContractVersion.parse(version);
    ContractVersion b = ContractVersion.parse(other);
    return a == null || b == null ? 0 : a.compareTo(b);
  }

  private static List<SchemaChange> with(List<SchemaChange> changes, Effect effect) {
    return changes.stream().filter(change -> change.effect() == effect).toList();
  }

  /** The columns that are meant, where it is not all of those that the message has described. */
  private static String whereNotAll(List<SchemaChange> meant, List<SchemaChange> described) {
    return meant.size() == described.size()
        ? ""
        : meant.stream()
            .map(change -> "'" + SchemaChange.nameOf(change.path()) + "'")
            .distinct()
            .collect(Collectors.joining(", ", ": ", ""));
  }

  private static String clauses(List<SchemaChange> changes) {
    return changes.stream().map(SchemaChange::describe).collect(Collectors.joining("; "));
  }
}
