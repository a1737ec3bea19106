package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.quality.schema.FieldType.DecimalType;

/**
 * What texts are. Where two readings are possible they stay texts, and both are offered.
 *
 * @param decimalComma whether a comma stands before the fraction
 * @param thousandsComma whether commas stand before groups of three digits
 * @param thousandsPoint whether points do
 */
record TextGuess(boolean decimalComma, boolean thousandsComma, boolean thousandsPoint) {

  static final Pattern NAMED_LIKE_TIME =
      Pattern.compile(
          "(?i:(.*[_ -])?(time|timestamp|ts|date|datetime|created|updated|modified|when|at))"
              + "|.*(At|Time|Date|Timestamp|_ms|_millis)");

  /**
   * Separators of numbers hold for the whole file: some column must show them, and none may show
   * the opposite.
   */
  static TextGuess of(List<TextProfile> texts) {
    boolean commas = texts.stream().anyMatch(TextProfile::showsDecimalComma);
    boolean points = texts.stream().anyMatch(TextProfile::showsDecimalPoint);
    boolean decimalComma = commas && !points;
    return new TextGuess(
        decimalComma,
        points
            && !commas
            && texts.stream().anyMatch(each -> each.isGroupedNumber() && each.hasComma()),
        decimalComma && texts.stream().anyMatch(each -> each.isCommaNumber() && each.hasPoint()));
  }

  boolean isTyped(TextProfile texts) {
    return isNumber(texts)
        || texts.isBoolean()
        || texts.isIso(Kind.DATE)
        || texts.isIso(Kind.TIMESTAMP)
        || texts.isIso(Kind.TIME)
        || !texts.formats(Kind.TIMESTAMP).isEmpty();
  }

  private boolean isNumber(TextProfile texts) {
    return decimalComma
        ? texts.isCommaNumber()
        : texts.isNumber() || (thousandsComma && texts.isGroupedNumber());
  }

  /** Whether no text has a fraction. */
  private boolean isWhole(TextProfile texts) {
    return texts.isWhole()
        || (isNumber(texts)
            && !texts.isLongWhole()
            && !(decimalComma ? texts.hasComma() : texts.hasPoint())
            && (decimalComma ? texts.hasPoint() : texts.hasComma()));
  }

  void type(ColumnDraft column, TextProfile texts, boolean mayBeNumber) {
    types(column, texts, mayBeNumber);
    if (mayBeNumber && (column.logical == Logical.INTEGER || texts.isCode())) {
      texts.hints().ofWhole(column);
    } else if (column.logical == Logical.STRING && column.evidence.isEmpty()) {
      texts.hints().ofText(column);
    }
  }

  private void types(ColumnDraft column, TextProfile texts, boolean mayBeNumber) {
    if (mayBeNumber && isWhole(texts) && !isDigitsOfDate(column, texts)) {
      column.logical = Logical.INTEGER;
    } else if (mayBeNumber && texts.isCode()) {
      column.evidence.add(
          "digits with leading zeros ("
              + texts.zeroExample()
              + "): kept as text, a number would lose them");
    } else if (mayBeNumber && texts.isLongWhole()) {
      longNumber(column, texts.longest());
    } else if (mayBeNumber && isNumber(texts)) {
      column.logical = Logical.NUMBER;
    } else if (mayBeNumber && texts.isUnclear()) {
      column.evidence.add(
          "numbers such as "
              + texts.first()
              + ": kept as text, for no value shows what the comma is; choose csv: {thousandsSeparator: \",\"} or"
              + " {decimalSeparator: \",\"} in the pipeline file, and logicalType: number here");
      column.undecided = true;
    } else if (mayBeNumber && texts.isBoolean()) {
      column.logical = Logical.BOOLEAN;
    } else if (texts.isIso(Kind.DATE)) {
      column.logical = Logical.DATE;
    } else if (texts.isIso(Kind.TIMESTAMP)) {
      column.logical = Logical.TIMESTAMP;
      if (!texts.first().matches(".*([Zz]|[+-]\\d\\d:?\\d\\d|[+-]\\d\\d)$")) {
        column.evidence.add(
            "no offset: read as UTC; 'defaultTimezone' in logicalTypeOptions says another zone");
      }
    } else if (texts.isIso(Kind.TIME) && !texts.isWhole()) {
      column.logical = Logical.TIME;
    } else if (!texts.isWhole() || isDigitsOfDate(column, texts)) {
      formatted(column, texts);
    }
  }

  /** The lines of a contract that make a column what a draft is. */
  static List<String> lines(ColumnDraft draft, ColumnDraft column) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "logicalType: "
            + draft.logical.name().toLowerCase(Locale.ROOT)
            + "   # in place of "
            + column.logical.name().toLowerCase(Locale.ROOT));
    if (draft.physical != null) {
      lines.add("physicalType: " + YamlText.of(draft.physical));
    }
    if (!draft.options.isEmpty()) {
      lines.add(
          draft.options.entrySet().stream()
              .map(option -> option.getKey() + ": " + YamlText.of(option.getValue()))
              .collect(Collectors.joining(", ", "logicalTypeOptions: {", "}")));
    }
    if (draft.shortYearsFrom != null) {
      lines.add(
          "customProperties: [{property: twoDigitYearsFrom, value: " + draft.shortYearsFrom + "}]");
    }
    return lines;
  }

  private static void longNumber(ColumnDraft column, int digits) {
    column.evidence.add("whole numbers of up to " + digits + " digits");
    if (digits <= DecimalType.MAX_PRECISION) {
      column.logical = Logical.NUMBER;
      column.physical = "decimal(38,0)";
    }
  }

  private static boolean isDigitsOfDate(ColumnDraft column, TextProfile texts) {
    return texts.formats(Kind.DATE).contains("yyyyMMdd")
        && NAMED_LIKE_TIME.matcher(column.source.get(column.source.size() - 1)).matches();
  }

  private static void formatted(ColumnDraft column, TextProfile texts) {
    for (Kind kind : List.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIME)) {
      List<String> fit = texts.formats(kind);
      if (fit.isEmpty() || (kind == Kind.TIME && texts.isWhole())) {
        continue;
      }
      List<String> readings = readings(kind, fit, texts);
      if (readings.size() > 1) {
        column.evidence.add(
            readings.stream()
                    .map(format -> "'" + DateFormats.inContract(format) + "'")
                    .collect(Collectors.joining(" or "))
                + ", and no value shows which: choose, and delete the '#' of one");
        for (String format : readings) {
          ColumnDraft choice = new ColumnDraft(column.source, Logical.STRING);
          take(choice, kind, format);
          column.choices.addAll(lines(choice, column));
        }
        return;
      }
      take(column, kind, fit.get(0));
      if (DateFormats.hasShortYears(fit.get(0))) {
        shortYears(column, texts, fit.get(0));
      }
      column.evidence.add("all are written like " + texts.first());
      return;
    }
  }

  private static void take(ColumnDraft column, Kind kind, String format) {
    column.logical = Logical.valueOf(kind.name());
    column.options.put("format", DateFormats.inContract(format));
    if (DateFormats.hasShortYears(format)) {
      column.shortYearsFrom = DateFormats.TWO_DIGIT_YEARS_FROM;
    }
  }

  private static void shortYears(ColumnDraft column, TextProfile texts, String format) {
    String read =
        "years of two digits are read as "
            + DateFormats.TWO_DIGIT_YEARS_FROM
            + " to "
            + (DateFormats.TWO_DIGIT_YEARS_FROM + 99);
    String unclear = texts.unclearCentury(format);
    column.undecided = unclear != null;
    column.evidence.add(
        unclear == null
            ? read
            : read
                + ", and "
                + unclear
                + " may be of another century: set the first year in twoDigitYearsFrom");
  }

  /** The formats by which some text is another value than by those before. */
  private static List<String> readings(Kind kind, List<String> formats, TextProfile texts) {
    List<String> readings = new ArrayList<>();
    for (String format : formats) {
      if (readings.stream().noneMatch(each -> isSame(kind, each, format, texts))) {
        readings.add(format);
      }
    }
    return readings;
  }

  private static boolean isSame(Kind kind, String one, String other, TextProfile texts) {
    return texts.telling().stream()
        .allMatch(
            text ->
                Objects.equals(
                    DateFormats.value(kind, one, text), DateFormats.value(kind, other, text)));
  }
}
