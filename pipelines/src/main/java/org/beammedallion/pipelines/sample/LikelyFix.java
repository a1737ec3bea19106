package org.beammedallion.pipelines.sample;

import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  /** Words that stand for a missing value. */
  public static final Set<String> NULL_WORDS =
      Set.of(
          "NA", "N/A", "n/a", "na", "#N/A", "NULL", "Null", "null", "None", "none", "NaN", "nan",
          "-", "--", "?", ".", "\\N", "nil", "NIL", "missing", "unknown");

  private LikelyFix() {}

  /** A sentence, or null where nothing is likely. */
  public static @Nullable String of(Group group, Format format) {
    return switch (group.reason()) {
      case TYPE_MISMATCH -> ofValue(group, format);
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
  }

  private static @Nullable String ofValue(Group group, Format format) {
    List<String> values = group.values();
    if (values.isEmpty() || group.reason() != Reason.TYPE_MISMATCH) {
      return null;
    } else if (group.expected().startsWith("a timestamp")) {
      return ofTime(group, DateFormats.Kind.TIMESTAMP, "timestamps");
    } else if (group.expected().startsWith("a date")) {
      return ofTime(group, DateFormats.Kind.DATE, "dates");
    } else if (group.expected().startsWith("a time")) {
      return ofTime(group, DateFormats.Kind.TIME, "times");
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

  private static @Nullable String ofTime(Group group, DateFormats.Kind kind, String what) {
    if (kind == DateFormats.Kind.TIMESTAMP
        && group.values().stream().allMatch(value -> WHOLE.matcher(value).matches())) {
      long digits = group.values().stream().mapToInt(String::length).max().orElse(0);
      return "say 'format: "
          + (digits > 16
              ? "epoch_nanos"
              : digits > 13 ? "epoch_micros" : digits > 10 ? "epoch_millis" : "epoch_seconds")
          + "' in the logicalTypeOptions of '"
          + group.field()
          + "', if these numbers count from 1970.";
    }
    List<String> fitting = DateFormats.fitting(kind, group.values());
    if (fitting.isEmpty()) {
      return null;
    }
    return "the "
        + what
        + " look like '"
        + fitting.get(0)
        + "'"
        + (fitting.size() > 1 ? " (or '" + fitting.get(1) + "', which fits as well)" : "")
        + ": say 'format' in the logicalTypeOptions of '"
        + group.field()
        + "'.";
  }

  private static @Nullable String ofCsv(Group group, List<String> values) {
    String where = " in the source of the pipeline file";
    if (NULL_WORDS.containsAll(values)) {
      return "say 'csv: {nullValue: ["
          + values.stream()
              .distinct()
              .sorted()
              .map(v -> '"' + v + '"')
              .collect(Collectors.joining(", "))
          + "]}'"
          + where
          + ", if these words stand for missing values.";
    } else if (values.stream().anyMatch(value -> !value.equals(value.strip()))) {
      return "say 'csv: {trim: true}'" + where + ", for blanks stand around the values.";
    } else if (values.stream().allMatch(value -> GROUPED.matcher(value).matches())) {
      return "say 'csv: {thousandsSeparator: \",\"}'" + where + ".";
    } else if (values.stream().allMatch(value -> COMMA.matcher(value).matches())) {
      return "say 'csv: {decimalSeparator: \",\"}'"
          + where
          + (values.stream().anyMatch(value -> value.contains("."))
              ? ", with 'thousandsSeparator: \".\"'."
              : ".");
    } else if (group.expected().startsWith("a boolean")) {
      Set<String> words =
          values.stream().map(value -> value.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
      return words.size() > 2
          ? null
          : "say 'csv: {trueValues: […], falseValues: […]}'" + where + ".";
    }
    return null;
  }
}
