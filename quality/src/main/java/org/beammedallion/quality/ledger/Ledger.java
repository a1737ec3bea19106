package org.beammedallion.quality.ledger;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.rule.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for every record of a cycle, counted from the committed files. In JSON it is flat, see
 * {@link LedgerJson}.
 *
 * @param time the cycle's time, which is the ingest time of its records
 * @param completed when its last table was committed; null before, and in ledgers of earlier
 *     versions of the program
 * @param attempts how many drivers it took
 * @param input what was read, and kept raw
 * @param records what became of them
 * @param silver the silver table with the cycle in it
 * @param gold what was written to each gold table
 * @param verdicts the statements of the contract about the cycle, and whether they hold
 * @param warnings what a person should know
 */
@JsonSerialize(converter = LedgerJson.Writer.class)
@JsonDeserialize(converter = LedgerJson.Reader.class)
public record Ledger(
    String pipeline,
    long cycle,
    Instant time,
    @Nullable Instant completed,
    String contractVersion,
    int attempts,
    Input input,
    Records records,
    SilverEntry silver,
    List<GoldEntry> gold,
    List<VerdictEntry> verdicts,
    List<String> warnings) {

  /**
   * The files of the cycle.
   *
   * @param bytes of the files, as they are stored
   * @param bronzeFiles files of bronze that were written
   * @param vanished files that were planned and gone before they could be read
   * @param refused files of which no record was published; they count in {@code files} and not in
   *     {@link Records#read}
   * @param setAside files that earlier cycles had refused and that are not read again
   * @param takenAgain files that earlier cycles had read, whose rows of then gave way; they count
   *     in {@code files}
   */
  public record Input(
      long files,
      long bytes,
      long bronzeFiles,
      long bronzeBytes,
      List<String> vanished,
      List<RefusedFile> refused,
      List<String> setAside,
      List<String> takenAgain) {

    public Input {
      vanished = List.copyOf(vanished);
      refused = List.copyOf(refused);
      setAside = List.copyOf(setAside);
      takenAgain = List.copyOf(takenAgain);
    }
  }

  /**
   * The records of the cycle: {@code read = published + duplicate + deletes + ignored + rejected +
   * filtered}. Late records are rejected ones with the reason {@link Reason#LATE}.
   *
   * @param read records in bronze
   * @param published rows that the cycle put into silver
   * @param duplicate rows that lost against a row of the same key, whether they repeat it or are an
   *     older version
   * @param deletes changes that say that a row is gone, and are the latest of their key
   * @param ignored records of a change log that change no row, such as tombstones
   * @param rejected dead letters in the quarantine, by reason
   * @param examples the first dead letter of each reason, by source and position; none in ledgers
   *     of earlier versions of the program
   * @param filtered rows that the pipeline's own transform took away; negative where it made more
   *     than it got
   * @param unknownFields how many values of each field that the contract does not know were left
   *     out of rows; bronze has them
   */
  public record Records(
      long read,
      long published,
      long duplicate,
      long deletes,
      long ignored,
      Map<Reason, Long> rejected,
      Map<Reason, RejectExample> examples,
      long filtered,
      Map<String, Long> unknownFields) {

    public Records {
      rejected = new TreeMap<>(rejected);
      examples = new TreeMap<>(examples);
      unknownFields = new TreeMap<>(unknownFields);
    }

    long rejectedInAll() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    long accounted() {
      return published + duplicate + deletes + ignored + rejectedInAll() + filtered;
    }
  }

  /**
   * The silver table.
   *
   * @param version that holds the cycle
   * @param rows of the table at that version
   * @param replaced rows of earlier cycles that newer versions replaced
   * @param deleted rows of earlier cycles that {@link Records#deletes} took away; a delete of a row
   *     that was not there takes none
   * @param upsert what became of the table's files, or null where there were none or no rows are
   *     replaced by key
   * @param companions versions of the tables of deletes and versions that hold the cycle, by name
   *     with the layer; none in ledgers of earlier versions of the program
   */
  public record SilverEntry(
      long version,
      long rows,
      long replaced,
      long deleted,
      @Nullable UpsertEntry upsert,
      Map<String, Long> companions) {

    public SilverEntry {
      companions = new TreeMap<>(companions);
    }
  }

  /**
   * @param written rows that the cycle wrote
   * @param rows rows of the table afterwards
   * @param dimensions of a fact table: version of each dimension that it refers to; of a dimension:
   *     version of the table that it is made of, by its name with the layer
   * @param unknown of a fact table: rows that refer to no row of a dimension, by its name
   * @param definition digest of what the whole table is made by, which may be an earlier state of
   *     the pipeline file; empty where it is more than one; null where that is not known
   */
  public record GoldEntry(
      String table,
      long version,
      long written,
      long rows,
      Map<String, Long> dimensions,
      Map<String, Long> unknown,
      @Nullable String definition) {

    public GoldEntry {
      // Ledgers of an earlier version of the program do not tell.
      dimensions = dimensions == null ? Map.of() : new TreeMap<>(dimensions);
      unknown = unknown == null ? Map.of() : new TreeMap<>(unknown);
    }

    /** A table that is not made of others than silver. */
    public GoldEntry(String table, long version, long written, long rows, String definition) {
      this(table, version, written, rows, Map.of(), Map.of(), definition);
    }

    /** The same with the versions of the tables that it is made of. */
    public GoldEntry with(Map<String, Long> versions, Map<String, Long> missing) {
      return new GoldEntry(table, version, written, rows, versions, missing, definition);
    }
  }

  /**
   * How many of the table's existing files an upsert skipped, read and rewrote.
   *
   * @param live files of the table
   * @param pruned of these, files that no key of the cycle can be in, which were not opened
   * @param read files whose keys were read
   * @param rewritten files that lost a row
   * @param copiedGroups row groups of rewritten files that lost no row and were copied as they were
   * @param rewrittenGroups row groups of rewritten files that were decoded and encoded
   * @param marked files that were left as they are, of which rows were marked as deleted
   * @param markedRows these rows
   * @param deleteFiles files that were written with such marks
   */
  public record UpsertEntry(
      long live,
      long pruned,
      long read,
      long rewritten,
      long copiedGroups,
      long rewrittenGroups,
      long marked,
      long markedRows,
      long deleteFiles) {}

  /**
   * @param measured the figure, in the unit of the threshold
   * @param threshold what was asked for, in words
   * @param outcome PASSED, FAILED, or NOT_MEASURED where the figure was not counted
   */
  public record VerdictEntry(
      String rule, String dimension, String measured, String threshold, String outcome) {

    private static final String FAILED = Verdict.Outcome.FAILED.name();

    /** Whether it was measured, and is not as the contract has it. */
    public boolean failed() {
      return outcome.equals(FAILED);
    }
  }

  public Ledger {
    gold = List.copyOf(gold);
    verdicts = List.copyOf(verdicts);
    warnings = List.copyOf(warnings);
  }

  /** The same of a cycle that is complete. */
  public Ledger completedAt(Instant now) {
    return new Ledger(
        pipeline,
        cycle,
        time,
        now,
        contractVersion,
        attempts,
        input,
        records,
        silver,
        gold,
        verdicts,
        warnings);
  }

  public long read() {
    return records.read;
  }

  public long published() {
    return records.published;
  }

  public long duplicate() {
    return records.duplicate;
  }

  public long deletes() {
    return records.deletes;
  }

  public long ignored() {
    return records.ignored;
  }

  public Map<Reason, Long> rejected() {
    return records.rejected;
  }

  public long filtered() {
    return records.filtered;
  }

  /** The statements of the contract about the cycle that do not hold. */
  public List<VerdictEntry> failedRules() {
    return verdicts.stream().filter(VerdictEntry::failed).toList();
  }

  /**
   * Whether nothing was published and no row deleted, and more records were rejected or removed by
   * the pipeline's transform than were duplicates. A file that comes again, whose records are all
   * known but for a few, is no fault.
   */
  public boolean publishedNothing() {
    return published() == 0
        && deletes() == 0
        && rejectedInAll() + Math.max(0, filtered()) > duplicate();
  }

  public long rejectedInAll() {
    return records.rejectedInAll();
  }

  /**
   * Checks that every record read is accounted for.
   *
   * @throws UnbalancedLedgerException where one is not
   */
  public void requireBalance() {
    if (read() != records.accounted()) {
      throw new UnbalancedLedgerException(
          "Cycle "
              + cycle
              + " of '"
              + pipeline
              + "' does not balance: read "
              + read()
              + ", but published "
              + published()
              + " + duplicate "
              + duplicate()
              + " + deletes "
              + deletes()
              + " + ignored "
              + ignored()
              + " + rejected "
              + rejectedInAll()
              + " + filtered "
              + filtered()
              + " = "
              + records.accounted()
              + ". Nothing was committed. This is a defect of the program: please report it with the"
              + " cycle's files.");
    }
  }
}
