package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.pipelines.sample.FolderPattern;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.KafkaSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.jspecify.annotations.Nullable;

/** What a run prints at its end, for a person or a machine. */
final class Summary {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Summary() {}

  static void text(
      PrintWriter out,
      PipelineDefinition definition,
      Outcome outcome,
      double seconds,
      LakeLayout lake) {
    String pipeline = definition.name();
    Ledger ledger = outcome.ledger();
    if (ledger == null) {
      out.printf(
          "%s: nothing new%s (%s).%n",
          pipeline,
          outcome.warnings().isEmpty()
              ? definition.source().place() instanceof KafkaSpec
                  ? ". Every message of the topics is in the lake already"
                  : ". Every file that the source names is in the lake already"
              : "",
          lake.root());
      oneFile(out, definition);
      warn(out, warnings(outcome));
      return;
    }
    out.printf(
        "%s: cycle %d is complete%s%s%n",
        pipeline,
        ledger.cycle(),
        outcome.resumed() ? ", begun by an earlier run" : "",
        LedgerText.alarm(ledger));
    LedgerText.print(out, ledger);
    warn(out, warnings(outcome));
    end(out, ledger, seconds, lake);
  }

  private static void oneFile(PrintWriter out, PipelineDefinition definition) {
    if (definition.source().place() instanceof SourceSpec.Files files) {
      String all = FolderPattern.ofFolder(files.path());
      if (all != null) {
        out.printf(
            "  The source is one file, %s. To read later files beside it, write %s as its 'path'.%n",
            files.path(), all);
      }
    }
  }

  /**
   * A cycle that was completed before.
   *
   * @param duration from its plan to its last commit; null where that is not known
   */
  static void text(PrintWriter out, Ledger ledger, @Nullable Duration duration, LakeLayout lake) {
    out.printf(
        "%s: cycle %d of %s is complete%s%n",
        ledger.pipeline(), ledger.cycle(), ledger.time(), LedgerText.alarm(ledger));
    LedgerText.print(out, ledger);
    warn(out, ledger.warnings());
    end(out, ledger, duration == null ? null : duration.toMillis() / 1e3, lake);
  }

  private static void end(
      PrintWriter out, Ledger ledger, @Nullable Double seconds, LakeLayout lake) {
    if (seconds != null) {
      out.printf(Locale.ROOT, "  %-24s %12.1f%n", "seconds", seconds);
    }
    out.printf("  %-24s %s%n", "lake", lake.root());
    String quarantine = quarantine(ledger, lake);
    if (quarantine != null) {
      out.printf("  %-24s %s%n", "quarantine", quarantine);
    }
  }

  /** The files that hold the dead letters of a cycle, as a pattern; null where there are none. */
  private static @Nullable String quarantine(Ledger ledger, LakeLayout lake) {
    return ledger.rejectedInAll() == 0 && ledger.input().refused().isEmpty()
        ? null
        : new QuarantineFiles(lake.quarantine(ledger.pipeline()), ledger.cycle(), ledger.time())
            .pattern();
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
      ledger.failedRules().forEach(rule -> out.printf("  %s: %s%n", pipeline, RuleText.of(rule)));
    }
    warnings(outcome).forEach(warning -> out.printf("  warning: %s: %s%n", pipeline, warning));
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

  static void json(
      PrintWriter out, String pipeline, Outcome outcome, double seconds, LakeLayout lake) {
    Ledger ledger = outcome.ledger();
    ObjectNode root = JSON.createObjectNode();
    root.put("pipeline", pipeline);
    root.put("lake", lake.root());
    root.put("seconds", seconds);
    root.put("status", ledger == null ? "NOTHING_NEW" : "COMPLETED");
    root.put("resumed", outcome.resumed());
    root.set("refused", JSON.valueToTree(outcome.refused()));
    root.set("warnings", JSON.valueToTree(warnings(outcome)));
    addLedger(root, ledger, lake);
    out.println(root);
  }

  /** All figures of a cycle, and where its dead letters are. */
  static void addLedger(ObjectNode root, @Nullable Ledger ledger, LakeLayout lake) {
    root.put("quarantine", ledger == null ? null : quarantine(ledger, lake));
    root.set("ledger", JSON.valueToTree(ledger));
  }

  /** Small files that were put together between two cycles. */
  static void json(PrintWriter out, String pipeline, Housekeeping.Done done, LakeLayout lake) {
    ObjectNode root = JSON.createObjectNode();
    root.put("pipeline", pipeline);
    root.put("lake", lake.root());
    root.put("seconds", done.took().toMillis() / 1e3);
    root.put("status", done.why() == null ? "COMPACTED" : "NOT_COMPACTED");
    root.put("table", done.table());
    root.put("files", done.files());
    root.put("error", done.why());
    out.println(root);
  }

  /** A pipeline that failed while others ran. */
  static void json(
      PrintWriter out, String pipeline, Failure failure, double seconds, LakeLayout lake) {
    ObjectNode root = JSON.createObjectNode();
    root.put("pipeline", pipeline);
    root.put("lake", lake.root());
    root.put("seconds", seconds);
    root.put("status", "FAILED");
    root.put("exitCode", failure.code().code());
    root.put("error", failure.sentence());
    out.println(root);
  }
}
