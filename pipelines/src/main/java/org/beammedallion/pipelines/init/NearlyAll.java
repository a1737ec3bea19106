package org.beammedallion.pipelines.init;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.pipelines.init.TextProfile.Quotes;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.TimeZoneRules;

/**
 * What nearly all texts of a column are that stays a text because of the others. These may be
 * wrong, and only a person can say so.
 */
final class NearlyAll {

  /** Number of texts that are looked at. */
  private static final int KEPT = 1_000;

  /** With fewer texts, one that differs proves nothing. */
  private static final int LEAST = 20;

  /** At most one in this many texts may differ. */
  private static final int ONE_OF = 20;

  private static final int SHOWN = 2;

  /** Longer texts are no numbers or dates. */
  private static final int LONGEST = 100;

  private final List<String> kept = new ArrayList<>();
  private long count;

  void add(String text) {
    count++;
    if (kept.size() < KEPT) {
      kept.add(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
  }

  /**
   * Writes beside a column that stays a text what nearly all of it is, and how it becomes that.
   *
   * @param texts how numbers are written in other columns
   */
  void offer(ColumnDraft column, TextGuess texts, boolean mayBeNumber) {
    if (kept.size() < LEAST) {
      return;
    }
    for (Predicate<String> kind : kinds(mayBeNumber)) {
      List<String> others = others(kind);
      if (others.isEmpty() || !areFew(others)) {
        continue;
      }
      TextProfile fitting = new TextProfile();
      kept.stream().filter(kind).forEach(text -> fitting.add(text, Quotes.BARE));
      ColumnDraft rest = new ColumnDraft(column.source, Logical.STRING);
      TextGuess how = texts.and(fitting);
      how.type(rest, fitting, mayBeNumber);
      if (rest.logical != Logical.STRING || !rest.choices.isEmpty()) {
        offer(column, rest, others, how.decimalComma() && !texts.decimalComma());
        return;
      }
    }
  }

  /** Those that are not of a kind, as far as they are few: patterns are slow. */
  private List<String> others(Predicate<String> kind) {
    List<String> others = new ArrayList<>();
    for (int i = 0; i < kept.size() && areFew(others); i++) {
      if (!kind.test(kept.get(i))) {
        others.add(kept.get(i));
      }
    }
    return others;
  }

  private boolean areFew(List<String> others) {
    return (long) others.size() * ONE_OF <= kept.size();
  }

  private void offer(
      ColumnDraft column, ColumnDraft rest, List<String> others, boolean decimalComma) {
    column.evidence.add(
        CsvColumns.counted(kept.size() - others.size(), kept.size())
            + (count > kept.size() ? " values at the beginning are " : " values are ")
            + (rest.logical == Logical.STRING
                ? "dates or times"
                : rest.logical.name().toLowerCase(Locale.ROOT) + "s")
            + ", others are such as "
            + String.join(
                " and ",
                others.stream()
                    .distinct()
                    .limit(SHOWN)
                    .map(text -> "'" + Excerpt.of(text) + "'")
                    .toList())
            + ": kept as text; if the others are wrong, "
            + (decimalComma ? "say csv: {decimalSeparator: \",\"} in the pipeline file, and " : "")
            + "put the lines below in place of 'logicalType: string', and their records are rejected");
    TextGuess.choose(column, rest);
  }

  private static List<Predicate<String>> kinds(boolean mayBeNumber) {
    List<Predicate<String>> kinds = new ArrayList<>();
    if (mayBeNumber) {
      kinds.add(NumberProfile::isAnyNumber);
      kinds.add(text -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
    }
    TemporalText temporal = new TemporalText();
    TimeZoneRules utc = new TimeZoneRules(ZoneOffset.UTC);
    kinds.add(
        text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          return temporal.date(bytes, 0, bytes.length);
        });
    kinds.add(
        text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          return temporal.timestamp(bytes, 0, bytes.length, utc);
        });
    for (Kind kind : List.of(Kind.DATE, Kind.TIMESTAMP)) {
      for (String format : DateFormats.candidates(kind)) {
        kinds.add(text -> DateFormats.fits(kind, format, text));
      }
    }
    return kinds;
  }
}
