package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
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
 * @param clearPoint whether a point that may stand before a group stands before the fraction
 */
record TextGuess(
    boolean decimalComma, boolean thousandsComma, boolean thousandsPoint, boolean clearPoint) {

  /** Of texts that are no numbers. */
  static final TextGuess NO_NUMBERS = new TextGuess(false, false, false, true);

  static final Pattern NAMED_LIKE_TIME =
      Pattern.compile(
          "(?i:(.*[_ -])?(time|timestamp|ts|date|datetime|created|updated|modified|when|at))"
              + "|.*(At|Time|Date|Timestamp|_ms|_millis)");

  /**
   * Separators of numbers hold for the whole file: some column must show them, and none may show
   * the opposite.
   */
  static TextGuess of(List<TextProfile> texts, char delimiter) {
    List<NumberProfile> numbers = texts.stream().map(TextProfile::numbers).toList();
    boolean commas = numbers.stream().anyMatch(NumberProfile::showsDecimalComma);
    boolean points = numbers.stream().anyMatch(NumberProfile::showsDecimalPoint);
    boolean decimalComma = commas && !points;
    return new TextGuess(
        decimalComma,
        points
            && !commas
            && numbers.stream().anyMatch(each -> each.isGroupedNumber() && each.hasComma()),
        decimalComma
            && numbers.stream()
                .anyMatch(
                    each ->
                        each.isCommaNumber()
                            && each.hasPoint()
                            && !(each.isUnclearPoint() && each.allHavePoint())),
        !decimalComma && (points || delimiter == ','));
  }

  /** The same where a column shows a comma before the fraction, and nothing shows a point. */
  TextGuess and(TextProfile texts) {
    return texts.numbers().showsDecimalComma() && !thousandsComma && !clearPoint
        ? new TextGuess(true, false, texts.numbers().hasPoint(), clearPoint)
        : this;
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
    NumberProfile numbers = texts.numbers();
    if (isUnclearPoint(numbers) || !numbers.looksLikeCode().isEmpty()) {
      return false;
    }
    return decimalComma
        ? numbers.isCommaNumber()
        : numbers.isNumber() || (thousandsComma && numbers.isGroupedNumber());
  }

  private boolean isUnclearPoint(NumberProfile numbers) {
    // Beside decimal commas, whole numbers without a point show that others have groups.
    return !clearPoint && numbers.isUnclearPoint() && (!decimalComma || numbers.allHavePoint());
  }

  private void unclearPoint(ColumnDraft column, TextProfile texts) {
    String first = texts.first();
    column.evidence.add(
        "numbers such as "
            + first
            + ": kept as text, for no value shows whether the point stands before a fraction or before groups of three"
            + " digits. "
            + (decimalComma
                ? "Other columns have decimal commas: if these are groups, say csv: {thousandsSeparator: \".\"} in the"
                    + " pipeline file, and logicalType: number here"
                : "If it is a fraction, say logicalType: number here; if these are groups, say also csv:"
                    + " {decimalSeparator: \",\", thousandsSeparator: \".\"} in the pipeline file"));
    column.undecided = true;
  }

  /** Whether no text has a fraction. */
  private boolean isWhole(TextProfile texts) {
    return texts.numbers().isWhole()
        || (isNumber(texts)
            && !texts.numbers().isLongWhole()
            && !(decimalComma ? texts.numbers().hasComma() : texts.numbers().hasPoint())
            && (decimalComma ? texts.numbers().hasPoint() : texts.numbers().hasComma()));
  }

  void type(ColumnDraft column, TextProfile texts, boolean mayBeNumber) {
    types(column, texts, mayBeNumber);
    if (mayBeNumber && (column.logical == Logical.INTEGER || texts.numbers().isCode())) {
      texts.hints().ofWhole(column);
    } else if (column.logical == Logical.STRING && column.evidence.isEmpty()) {
      texts.hints().ofText(column);
      if (column.evidence.isEmpty()) {
        texts.nearlyAll().offer(column, this, mayBeNumber);
      }
    }
    if (mayBeNumber
        && (column.logical == Logical.INTEGER || column.logical == Logical.NUMBER)
        && hasPlainNumbers(texts.numbers())) {
      outlier(column, texts.numbers().outlier());
    }
  }

  /** Whether a point can only stand before a fraction, and there is no comma. */
  private boolean hasPlainNumbers(NumberProfile numbers) {
    return !numbers.hasComma() && !(decimalComma && numbers.hasPoint());
  }

  private static void outlier(ColumnDraft column, Outlier outlier) {
    if (!outlier.text().isEmpty()) {
      column.evidence.add(
          0,
          outlier.sentence()
              + ": if it means a missing value, say 'csv: {"
              + CsvColumns.nullValue(Set.of(outlier.text()))
              + "}' in the pipeline file, which makes it null in all columns");
      column.undecided = true;
    }
  }

  private void types(ColumnDraft column, TextProfile texts, boolean mayBeNumber) {
    if (mayBeNumber && isWhole(texts) && !isDigitsOfDate(column, texts)) {
      column.logical = Logical.INTEGER;
    } else if (mayBeNumber && texts.numbers().isCode()) {
      column.evidence.add(
          (texts.numbers().allHavePlus()
                  ? "digits behind a plus, as in phone numbers (" + texts.first()
                  : "digits with leading zeros (" + texts.numbers().codeExample())
              + "): kept as text, a number would lose them");
    } else if (mayBeNumber && texts.numbers().isLongWhole()) {
      longNumber(column, texts.numbers().longest());
    } else if (mayBeNumber && isNumber(texts)) {
      if (hasPlainNumbers(texts.numbers())) {
        texts.numbers().digits().type(column);
      } else {
        column.logical = Logical.NUMBER;
      }
    } else if (mayBeNumber && texts.numbers().isUnclear()) {
      column.evidence.add(
          "numbers such as "
              + texts.first()
              + ": kept as text, for no value shows what the comma is; choose csv: {thousandsSeparator: \",\"} or"
              + " {decimalSeparator: \",\"} in the pipeline file, and logicalType: number here");
      column.undecided = true;
    } else if (mayBeNumber && isUnclearPoint(texts.numbers())) {
      unclearPoint(column, texts);
    } else if (mayBeNumber && !texts.numbers().looksLikeCode().isEmpty()) {
      column.evidence.add(
          "numbers or codes such as "
              + texts.numbers().looksLikeCode()
              + ": kept as text; if they are numbers, say logicalType: number here");
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
    } else if (texts.isIso(Kind.TIME) && !texts.numbers().isWhole()) {
      column.logical = Logical.TIME;
    } else if (!texts.numbers().isWhole() || isDigitsOfDate(column, texts)) {
      formatted(column, texts);
    }
  }

  /** Offers a column what it would be without some of its values; a person decides. */
  static void choose(ColumnDraft column, ColumnDraft rest) {
    if (rest.logical == Logical.STRING) {
      column.evidence.addAll(rest.evidence);
      column.choices.addAll(rest.choices);
    } else {
      column.choices.addAll(lines(rest, column));
    }
    column.undecided = true;
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
      if (fit.isEmpty() || (kind == Kind.TIME && texts.numbers().isWhole())) {
        continue;
      }
      List<String> readings = readings(kind, fit, texts);
      if (readings.size() > 1) {
        column.evidence.add(
            readings.stream()
                    .map(format -> "'" + DateFormats.inContract(format) + "'")
                    .collect(Collectors.joining(" or "))
                + ", and no value shows which: put the lines of one of them below in place of 'logicalType: string'");
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
