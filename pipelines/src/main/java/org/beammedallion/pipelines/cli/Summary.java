package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;

/** What a run prints at its end, for a person or a machine. */
final class Summary {

  private static final int SHOWN_DECIMALS = 4;
  private static final int SHOWN_FILES = 5;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Summary() {}

  static void text(PrintWriter out, String pipeline, Outcome outcome, double seconds, String lake) {
    Ledger ledger = outcome.ledger();
    if (ledger == null) {
      out.printf(
          "%s: nothing new%s (%s).%n",
          pipeline,
          outcome.warnings().isEmpty()
              ? ". Every file that the source names is in the lake already"
              : "",
          lake);
      warn(out, warnings(outcome));
      return;
    }
    out.printf(
        "%s: cycle %d is complete%s%s%n",
        pipeline,
        ledger.cycle(),
        outcome.resumed() ? ", begun by an earlier run" : "",
        ledger.publishedNothing()
            ? String.format(
                Locale.ROOT,
                ". NOTHING PUBLISHED: of %,d records %,d were rejected, and %,d rows taken away by the pipeline's transform",
                ledger.read(),
                ledger.rejectedInAll(),
                Math.max(0, ledger.filtered()))
            : "");
    row(out, "read", ledger.read(), "");
    row(
        out,
        "silver",
        ledger.published(),
        "rows published; the table has " + number(ledger.silver().rows()));
    UpsertEntry upsert = ledger.silver().upsert();
    if (upsert != null) {
      row(out, "files of the table", upsert.live(), describe(upsert));
    }
    row(out, "duplicates", ledger.duplicate(), "");
    if (ledger.deletes() != 0) {
      row(
          out,
          "deletes",
          ledger.deletes(),
          "of which " + number(ledger.silver().deleted()) + " took a row from the table");
    }
    if (ledger.ignored() != 0) {
      row(out, "ignored", ledger.ignored(), "records that change no row, such as tombstones");
    }
    row(out, "rejected", ledger.rejectedInAll(), "");
    for (Map.Entry<Reason, Long> reason : ledger.rejected().entrySet()) {
      row(out, "  " + reason.getKey(), reason.getValue(), reason.getKey().description());
    }
    refused(out, ledger);
    if (ledger.filtered() != 0) {
      row(out, "filtered", ledger.filtered(), "by the pipeline's transform");
    }
    for (Map.Entry<String, Long> field : ledger.records().unknownFields().entrySet()) {
      row(
          out,
          "left out",
          field.getValue(),
          "values of '" + field.getKey() + "', which the contract does not know; bronze has them");
    }
    for (GoldEntry gold : ledger.gold()) {
      row(
          out,
          "gold " + gold.table(),
          gold.written(),
          "rows written; the table has " + number(gold.rows()));
      gold.unknown()
          .forEach(
              (dimension, rows) ->
                  row(out, "  without " + dimension, rows, "rows without a matching row of it"));
    }
    for (VerdictEntry verdict : ledger.verdicts()) {
      String words =
          switch (verdict.outcome()) {
            case "PASSED" -> "rule holds";
            case "FAILED" -> "RULE FAILED";
            default -> "rule not measured";
          };
      out.printf(
          "  %-24s %12s  %s: %s%n",
          words, shortened(verdict.measured()), verdict.rule(), verdict.threshold());
    }
    warn(out, warnings(outcome));
    out.printf(Locale.ROOT, "  %-24s %12.1f%n", "seconds", seconds);
    out.printf("  %-24s %s%n", "lake", lake);
  }

  /** One line of a cycle, and its warnings. */
  static void line(PrintWriter out, String pipeline, Outcome outcome, double seconds) {
    Ledger ledger = outcome.ledger();
    if (ledger == null) {
      out.printf(Locale.ROOT, "%s: nothing new%n", pipeline);
    } else {
      out.printf(
          Locale.ROOT,
          "%s: cycle %d is complete: %,d read, %,d published, %,d rejected%s%s, %.1f seconds%n",
          pipeline,
          ledger.cycle(),
          ledger.read(),
          ledger.published(),
          ledger.rejectedInAll(),
          ledger.publishedNothing() ? " (NOTHING PUBLISHED)" : "",
          ledger.input().refused().isEmpty()
              ? ""
              : String.format(Locale.ROOT, ", %,d FILES REFUSED", ledger.input().refused().size()),
          seconds);
    }
    warnings(outcome).forEach(warning -> out.printf("  warning: %s: %s%n", pipeline, warning));
  }

  private static void refused(PrintWriter out, Ledger ledger) {
    if (ledger.input().refused().isEmpty()) {
      return;
    }
    row(
        out,
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

  /** Of the files that the cycle read, and of the source as it is. */
  private static List<String> warnings(Outcome outcome) {
    List<String> warnings = new ArrayList<>();
    Ledger ledger = outcome.ledger();
    if (ledger != null) {
      warnings.addAll(ledger.warnings());
    }
    warnings.addAll(outcome.warnings());
    return warnings;
  }

  private static void warn(PrintWriter out, List<String> warnings) {
    warnings.forEach(warning -> out.printf("  warning: %s%n", warning));
  }

  /** A share has as many digits as a division gives; {@code --output=json} tells them all. */
  private static String shortened(String measured) {
    int point = measured.indexOf('.');
    boolean rounded = point >= 0 && measured.length() - point - 1 > SHOWN_DECIMALS;
    return rounded
        ? "~" + new BigDecimal(measured).setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP)
        : measured;
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

  private static void row(PrintWriter out, String name, long value, String note) {
    out.printf("  %-24s %12s%s%n", name, number(value), note.isEmpty() ? "" : "  " + note);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static void json(PrintWriter out, String pipeline, Outcome outcome, double seconds, String lake) {
    ObjectNode root = JSON.createObjectNode();
    root.put("pipeline", pipeline);
    root.put("lake", lake);
    root.put("seconds", seconds);
    root.put("status", outcome.ledger() == null ? "NOTHING_NEW" : "COMPLETED");
    root.put("resumed", outcome.resumed());
    root.set("refused", JSON.valueToTree(outcome.refused()));
    root.set("warnings", JSON.valueToTree(warnings(outcome)));
    root.set("ledger", JSON.valueToTree(outcome.ledger()));
    out.println(root);
  }

  /** A pipeline that failed while others ran. */
  static void json(PrintWriter out, String pipeline, Failure failure, double seconds, String lake) {
    ObjectNode root = JSON.createObjectNode();
    root.put("pipeline", pipeline);
    root.put("lake", lake);
    root.put("seconds", seconds);
    root.put("status", "FAILED");
    root.put("exitCode", failure.code().code());
    root.put("error", failure.sentence());
    out.println(root);
  }
}
