package org.beammedallion.pipelines.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.sample.RejectedSample.Group;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.jspecify.annotations.Nullable;

/** What is likely to mend records that are rejected, as a sentence for a person. */
public final class LikelyFix {

  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)");
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d{1,3}(\\.?\\d{3})*,\\d+");
  private static final Pattern GROUPED = Pattern.compile("[+-]?[1-9]\\d{0,2}(,\\d{3})+(\\.\\d+)?");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{9,19}");

  private static final Pattern SIGNED =
      Pattern.compile("[+-]?\\s*[$€£¥]\\s*[+-]?\\d[\\d.,]*|[+-]?\\d[\\d.,]*\\s*[$€£¥%]");

  private static final int LONGEST_WORD = 40;

  /** A fault in at most one of this many records is one of a few. */
  private static final int FEW = 20;

  /** Words that stand for a missing value. */
  public static final Set<String> NULL_WORDS =
      Set.of(
          "NA", "N/A", "n/a", "na", "#N/A", "NULL", "Null", "null", "None", "none", "NaN", "nan",
          "-", "--", "?", ".", "\\N", "nil", "NIL", "missing", "unknown");

  private LikelyFix() {}

  /**
   * A sentence for each kind of values that do not fit, the kind that most of them are first; none
   * where nothing is likely. For a few records it is not told how all values could be written
   * instead: the others would be rejected then.
   *
   * @param read how many records were read
   */
  public static List<String> of(Group group, Format format, long read) {
    String one =
        switch (group.reason()) {
          case MISSING_REQUIRED ->
              "take 'required' away from '"
                  + group.field()
                  + "' in the contract, if records may be without it.";
          case RULE_VIOLATION ->
              "correct the rule '" + group.rule() + "' in the contract, if these values are right.";
          case OVERSIZED -> "raise 'maxRecordBytes' in the source of the pipeline file.";
          case UNKNOWN_FIELD ->
              "add the field to the contract, or say 'schemaPolicy: evolve' in the pipeline file.";
          default -> null;
        };
    return one != null
        ? List.of(one)
        : group.reason() == Reason.TYPE_MISMATCH
            ? ofValues(group, format, group.count() * FEW > read)
            : List.of();
  }

  /** Values of one column can be wrong for several causes, and each has a fix of its own. */
  private static List<String> ofValues(Group group, Format format, boolean many) {
    List<String> fixes = new ArrayList<>();
    kinds(group, format)
        .forEach(
            values -> {
              String fix =
                  many || isOfSome(group, values, format) ? ofKind(group, values, format) : null;
              if (fix != null && !fixes.contains(fix)) {
                fixes.add(fix);
              }
            });
    return fixes;
  }

  private static List<List<String>> kinds(Group group, Format format) {
    if (format != Format.CSV) {
      return List.of(group.values());
    }
    Map<Integer, List<String>> kinds = new TreeMap<>();
    for (String value : group.values()) {
      kinds.computeIfAbsent(kind(value), kind -> new ArrayList<>()).add(value);
    }
    return kinds.values().stream()
        .sorted(Comparator.comparing((List<String> values) -> values.size()).reversed())
        .toList();
  }

  private static int kind(String value) {
    if (NULL_WORDS.contains(value)) {
      return 0;
    } else if (!value.equals(value.strip())) {
      return 1;
    } else if (SIGNED.matcher(value).matches()) {
      return 2;
    }
    return value.chars().noneMatch(Character::isDigit) ? 3 : 4;
  }

  /** Whether a fix does no harm to values that are written otherwise: words, blanks, signs. */
  private static boolean isOfSome(Group group, List<String> values, Format format) {
    if (format == Format.JSON && group.expected().startsWith("a string")) {
      return true;
    }
    return !values.isEmpty()
        && kind(values.get(0)) < 4
        && values.stream().noneMatch(String::isEmpty);
  }

  private static @Nullable String ofKind(Group group, List<String> values, Format format) {
    if (values.isEmpty()) {
      return null;
    } else if (format == Format.CSV && kind(values.get(0)) != 4) {
      return ofCsv(group, values);
    } else if (group.expected().startsWith("a timestamp")) {
      return ofTime(group, values, DateFormats.Kind.TIMESTAMP, "timestamps");
    } else if (group.expected().startsWith("a date")) {
      return ofTime(group, values, DateFormats.Kind.DATE, "dates");
    } else if (group.expected().startsWith("a time")) {
      return ofTime(group, values, DateFormats.Kind.TIME, "times");
    } else if (format == Format.JSON && group.expected().startsWith("a string")) {
      return "say 'customProperties: [{property: takesScalars, value: true}]' of '"
          + group.field()
          + "' in the contract, to take numbers and booleans as texts.";
    } else if (values.stream().allMatch(value -> NUMBER.matcher(value).matches())
        && group.expected().isEmpty()) {
      return "say 'logicalType: number' of '" + group.field() + "' in the contract.";
    }
    return format == Format.CSV ? ofCsv(group, values) : null;
  }

  private static @Nullable String ofTime(
      Group group, List<String> values, DateFormats.Kind kind, String what) {
    if (kind == DateFormats.Kind.TIMESTAMP
        && values.stream().allMatch(value -> WHOLE.matcher(value).matches())) {
      long digits = values.stream().mapToInt(String::length).max().orElse(0);
      return "say 'format: "
          + (digits > 16
              ? "epoch_nanos"
              : digits > 13 ? "epoch_micros" : digits > 10 ? "epoch_millis" : "epoch_seconds")
          + "' in the logicalTypeOptions of '"
          + group.field()
          + "', if these numbers count from 1970.";
    }
    List<String> fitting = DateFormats.fitting(kind, values);
    if (fitting.isEmpty()) {
      return null;
    }
    String first = fitting.get(0);
    return "the "
        + what
        + " look like '"
        + DateFormats.inContract(first)
        + "'"
        + (fitting.size() > 1
            ? " (or '" + DateFormats.inContract(fitting.get(1)) + "', which fits as well)"
            : "")
        + ": say 'format' in the logicalTypeOptions of '"
        + group.field()
        + "'"
        + (DateFormats.hasShortYears(first)
            ? ", and the first year that two digits mean, such as 'customProperties: [{property:"
                + " twoDigitYearsFrom, value: "
                + DateFormats.TWO_DIGIT_YEARS_FROM
                + "}]'."
            : ".");
  }

  private static @Nullable String ofCsv(Group group, List<String> values) {
    String where = " in the source of the pipeline file";
    if (NULL_WORDS.containsAll(values)) {
      return "say 'csv: {nullValue: ["
          + values.stream()
              .distinct()
              .sorted()
              .map(v -> '"' + v.replace("\\", "\\\\") + '"')
              .collect(Collectors.joining(", "))
          + "]}'"
          + where
          + ", if these words stand for missing values.";
    } else if (values.stream().anyMatch(value -> !value.equals(value.strip()))) {
      return "say 'csv: {trim: true}'" + where + ", for blanks stand around the values.";
    } else if (group.expected().startsWith("a boolean")) {
      return ofBoolean(values, where);
    } else if (values.stream().allMatch(value -> GROUPED.matcher(value).matches())) {
      return "say 'csv: {thousandsSeparator: \",\"}'" + where + ".";
    } else if (values.stream().allMatch(value -> COMMA.matcher(value).matches())) {
      return "say 'csv: {decimalSeparator: \",\"}'"
          + where
          + (values.stream().anyMatch(value -> value.contains("."))
              ? ", with 'thousandsSeparator: \".\"'."
              : ".");
    } else if (SIGNED.matcher(values.get(0)).matches()) {
      return "say 'logicalType: string' of '"
          + group.field()
          + "' in the contract: a number has no currency or percent sign. A transform of your own can make a number"
          + " of it.";
    } else if (kind(values.get(0)) == 3) {
      return ofWord(Set.copyOf(values), where);
    }
    return null;
  }

  private static @Nullable String ofBoolean(List<String> values, String where) {
    Set<String> words =
        values.stream().map(value -> value.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return words.size() > 2 ? null : "say 'csv: {trueValues: […], falseValues: […]}'" + where + ".";
  }

  /** One word in place of values is likely to stand for a missing one; of several who knows. */
  private static @Nullable String ofWord(Set<String> words, String where) {
    String word = words.iterator().next();
    return words.size() > 1 || word.length() > LONGEST_WORD
        ? null
        : "add it to the words for missing values, 'csv: {nullValue: [\""
            + word.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\"]}'"
            + where
            + ", if '"
            + word
            + "' stands for a missing value; it is null in all columns then.";
  }
}
