package org.beammedallion.pipelines.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.beammedallion.quality.ledger.RejectExample;
import org.beammedallion.transforms.row.FieldCounts;

/** A ledger for a person: what became of the records of a cycle, line by line. */
final class LedgerText {

  private static final int SHOWN_FILES = 5;
  private static final int SHOWN_FIELDS = 8;

  private final PrintWriter out;
  private final Ledger ledger;

  private LedgerText(PrintWriter out, Ledger ledger) {
    this.out = out;
    this.ledger = ledger;
  }

  /** Prints the lines; they are indented, for a title goes before them. */
  static void print(PrintWriter out, Ledger ledger) {
    LedgerText text = new LedgerText(out, ledger);
    text.records();
    text.rejected();
    text.refused();
    text.leftOut();
    text.gold();
    ledger.verdicts().forEach(verdict -> out.printf("  %s%n", RuleText.of(verdict)));
  }

  /** What to say behind the title where a cycle took records and published none. */
  static String alarm(Ledger ledger) {
    return ledger.publishedNothing()
        ? String.format(
            Locale.ROOT,
            ". NOTHING PUBLISHED: of %,d records %,d were rejected, and %,d rows taken away by the pipeline's transform",
            ledger.read(),
            ledger.rejectedInAll(),
            Math.max(0, ledger.filtered()))
        : "";
  }

  private void records() {
    row("read", ledger.read(), "");
    row(
        "silver",
        ledger.published(),
        "rows published; the table has " + number(ledger.silver().rows()));
    UpsertEntry upsert = ledger.silver().upsert();
    if (upsert != null) {
      row("files of the table", upsert.live(), describe(upsert));
    }
    if (!ledger.input().takenAgain().isEmpty()) {
      row(
          "taken again",
          ledger.input().takenAgain().size(),
          "files that were read before; "
              + number(ledger.silver().replaced())
              + " rows of the table gave way");
    }
    row("duplicates", ledger.duplicate(), "");
    if (ledger.deletes() != 0) {
      row(
          "deletes",
          ledger.deletes(),
          "of which " + number(ledger.silver().deleted()) + " took a row from the table");
    }
    if (ledger.ignored() != 0) {
      row(
          "ignored",
          ledger.ignored(),
          "records that change no row: tombstones, or what the pipeline does not take");
    }
    if (ledger.filtered() != 0) {
      row("filtered", ledger.filtered(), "by the pipeline's transform");
    }
  }

  private void rejected() {
    long all = ledger.rejectedInAll();
    row("rejected", all, all == 0 ? "" : share(all));
    for (Map.Entry<Reason, Long> reason : ledger.rejected().entrySet()) {
      row(
          "  " + reason.getKey(),
          reason.getValue(),
          share(reason.getValue()) + "  " + reason.getKey().description());
      RejectExample example = ledger.records().examples().get(reason.getKey());
      if (example != null) {
        out.printf(
            "      first: %s (%s, position %d)%n",
            VisibleText.of(example.detail()), fileName(example.source()), example.position());
      }
    }
  }

  private String share(long count) {
    return String.format("%8s", Percent.ofWhole(count, ledger.read()));
  }

  private static String fileName(String uri) {
    return VisibleText.of(uri.substring(uri.lastIndexOf('/') + 1));
  }

  private void refused() {
    if (ledger.input().refused().isEmpty()) {
      return;
    }
    row(
        "FILES REFUSED",
        ledger.input().refused().size(),
        "of "
            + number(ledger.input().files())
            + "; none of their records is published. They are read when they, the contract or the pipeline file change");
    ledger.input().refused().stream()
        .limit(SHOWN_FILES)
        .forEach(file -> out.printf("    %s%n", file.sentence()));
    if (ledger.input().refused().size() > SHOWN_FILES) {
      out.printf(
          "    and %s more; all of them are in the quarantine as %s%n",
          number(ledger.input().refused().size() - SHOWN_FILES), Reason.FILE_REFUSED);
    }
  }

  private void leftOut() {
    Map<String, Long> unknown = ledger.records().unknownFields();
    if (unknown.isEmpty()) {
      return;
    }
    List<String> most =
        unknown.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(SHOWN_FIELDS)
            .map(field -> VisibleText.of(field.getKey()) + " " + number(field.getValue()))
            .toList();
    int more = unknown.size() - most.size();
    row(
        "left out",
        unknown.values().stream().mapToLong(Long::longValue).sum(),
        "values of "
            // Names beyond a limit are counted together.
            + (unknown.containsKey(FieldCounts.OTHERS) ? "more than " : "")
            + (unknown.size() == 1 ? "1 field" : number(unknown.size()) + " fields")
            + " that the contract does not know ("
            + String.join(", ", most)
            + (more == 0 ? "" : ", and " + number(more) + " more")
            + "); bronze has them");
  }

  private void gold() {
    for (GoldEntry gold : ledger.gold()) {
      row(
          "gold " + gold.table(),
          gold.written(),
          "rows written; the table has " + number(gold.rows()));
      gold.unknown()
          .forEach(
              (dimension, rows) ->
                  row("  without " + dimension, rows, "rows without a matching row of it"));
    }
  }

  private static String describe(UpsertEntry upsert) {
    return number(upsert.pruned())
        + " skipped, "
        + number(upsert.read())
        + " checked, "
        + number(upsert.rewritten())
        + " rewritten"
        + (upsert.marked() == 0
            ? ""
            : ", "
                + number(upsert.marked())
                + " marked ("
                + number(upsert.markedRows())
                + " rows deleted by position)");
  }

  private void row(String name, long value, String note) {
    out.printf("  %-24s %12s%s%n", name, number(value), note.isEmpty() ? "" : "  " + note);
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
