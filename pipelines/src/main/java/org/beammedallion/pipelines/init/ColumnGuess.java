package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.quality.rule.EpochUnit;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of text are, by the values that were seen. Nothing is guessed that values speak
 * against; where two readings are possible the column stays a text, and both are offered.
 */
final class ColumnGuess {

  /** An object with more members than that is taken for a map. */
  private static final int MOST_MEMBERS = 100;

  private static final int DEEPEST = 5;
  private static final int LONG_DIGITS = 18;

  private static final Pattern NAMED_LIKE_TIME =
      Pattern.compile(
          "(?i)(.*[_ -])?(time|timestamp|ts|date|datetime|created|updated|modified|when|at)"
              + "|.*(At|Time|Date|Timestamp|_ms|_millis)");

  /** 2000-01-01 and 2100-01-01 in seconds. */
  private static final long EARLIEST = 946_684_800L;

  private static final long LATEST = 4_102_444_800L;

  /** Words of the file that stand for null, and are said so in the pipeline file. */
  private final Set<String> nullWords = new TreeSet<>();

  private boolean decimalComma;
  private boolean thousandsComma;
  private boolean thousandsPoint;
  private final List<String> leftOut = new ArrayList<>();

  Set<String> nullWords() {
    return nullWords;
  }

  boolean decimalComma() {
    return decimalComma;
  }

  boolean thousandsComma() {
    return thousandsComma;
  }

  boolean thousandsPoint() {
    return thousandsPoint;
  }

  /** Fields that no column can hold, and why not. */
  List<String> leftOut() {
    return leftOut;
  }

  /** The columns of a CSV file. */
  List<ColumnDraft> ofCsv(Map<String, ValueProfile> fields) {
    separators(fields);
    words(fields);
    List<ColumnDraft> columns = new ArrayList<>();
    fields.forEach((name, profile) -> columns.add(csvColumn(name, profile)));
    return columns;
  }

  /**
   * Separators of numbers hold for the whole file: some column must show them, and none may show
   * the opposite.
   */
  private void separators(Map<String, ValueProfile> fields) {
    List<TextProfile> texts = fields.values().stream().map(ValueProfile::texts).toList();
    boolean commas = texts.stream().anyMatch(TextProfile::showsDecimalComma);
    boolean points = texts.stream().anyMatch(TextProfile::showsDecimalPoint);
    decimalComma = commas && !points;
    thousandsPoint =
        decimalComma && texts.stream().anyMatch(each -> each.isCommaNumber() && each.hasPoint());
    thousandsComma =
        points
            && !commas
            && texts.stream().anyMatch(each -> each.isGroupedNumber() && each.hasComma());
  }

  /** A word is null in every column, so no text may have it as a value. */
  private void words(Map<String, ValueProfile> fields) {
    Set<String> ofTexts = new TreeSet<>();
    Set<String> wanted = new TreeSet<>();
    for (ValueProfile field : fields.values()) {
      (isTyped(field.texts()) ? wanted : ofTexts).addAll(field.texts().missingWords().keySet());
    }
    wanted.removeAll(ofTexts);
    nullWords.addAll(wanted);
  }

  private boolean isTyped(TextProfile texts) {
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

  private ColumnDraft csvColumn(String name, ValueProfile profile) {
    TextProfile texts = profile.texts();
    ColumnDraft column = new ColumnDraft(List.of(name), Logical.STRING);
    Set<String> words = new TreeSet<>(texts.missingWords().keySet());
    words.removeAll(nullWords);
    if (isTyped(texts) && !words.isEmpty()) {
      column.evidence.add(
          "would be no text but for "
              + words
              + ", which other columns have as texts: 'csv: {nullValue: …}' in the pipeline file holds for all");
      return column;
    }
    typeOfText(column, texts, true);
    if (isTyped(texts) && !texts.missingWords().isEmpty()) {
      column.evidence.add("missing where it is " + texts.missingWords());
    }
    return column;
  }

  private void typeOfText(ColumnDraft column, TextProfile texts, boolean mayBeNumber) {
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
      String other = otherReading(kind, fit, texts);
      if (other != null) {
        column.evidence.add(
            "'"
                + fit.get(0)
                + "' or '"
                + other
                + "', and no value shows which: choose, and delete the '#' of one");
        for (String format : List.of(fit.get(0), other)) {
          column.choices.add(
              "logicalType: " + kind.name().toLowerCase(Locale.ROOT) + "   # in place of string");
          column.choices.add("logicalTypeOptions: {format: " + YamlText.of(format) + "}");
        }
        return;
      }
      column.logical = Logical.valueOf(kind.name());
      column.options.put("format", fit.get(0));
      column.evidence.add("all are written like " + texts.first());
      return;
    }
  }

  /**
   * A format by which some text is another value than by the first one; null where there is none.
   */
  private static @Nullable String otherReading(Kind kind, List<String> formats, TextProfile texts) {
    for (String text : texts.telling()) {
      Object first = DateFormats.value(kind, formats.get(0), text);
      for (String format : formats) {
        if (!Objects.equals(first, DateFormats.value(kind, format, text))) {
          return format;
        }
      }
    }
    return null;
  }

  /** The columns of JSON records; members of objects become columns of their own. */
  List<ColumnDraft> ofJson(ValueProfile record) {
    List<ColumnDraft> columns = new ArrayList<>();
    record.members().forEach((name, member) -> addJson(List.of(name), member, columns));
    return columns;
  }

  private void addJson(List<String> source, ValueProfile profile, List<ColumnDraft> columns) {
    boolean onlyObjects = profile.objects() > 0 && profile.scalars() + profile.arrays() == 0;
    if (onlyObjects
        && source.size() < DEEPEST
        && !profile.members().isEmpty()
        && profile.members().size() <= MOST_MEMBERS) {
      profile
          .members()
          .forEach(
              (name, member) -> {
                List<String> below = new ArrayList<>(source);
                below.add(name);
                addJson(below, member, columns);
              });
      return;
    }
    ColumnDraft column = json(source, profile);
    if (column != null) {
      columns.add(column);
    }
  }

  private @Nullable ColumnDraft json(List<String> source, ValueProfile profile) {
    ColumnDraft column = new ColumnDraft(source, Logical.STRING);
    String shown = String.join(".", source);
    int kinds =
        (profile.scalars() > 0 ? 1 : 0)
            + (profile.objects() > 0 ? 1 : 0)
            + (profile.arrays() > 0 ? 1 : 0);
    if (kinds > 1) {
      leftOut.add(
          "'"
              + shown
              + "' is a single value in some records, and an object or array in others: no column"
              + " holds both");
      return null;
    } else if (profile.objects() > 0) {
      column.logical = Logical.OBJECT;
      column.evidence.add(
          profile.members().size() > MOST_MEMBERS
              ? profile.members().size() + " different members, as in a map: kept as a text of JSON"
              : "objects without members, or deep inside others: kept as a text of JSON");
    } else if (profile.arrays() > 0) {
      array(column, profile);
    } else {
      scalar(column, profile);
    }
    return column;
  }

  private void array(ColumnDraft column, ValueProfile profile) {
    column.logical = Logical.ARRAY;
    ValueProfile elements = profile.elements();
    boolean scalars =
        elements != null
            && elements.values() > 0
            && elements.objects() + elements.arrays() == 0
            && elements.scalars() > 0;
    if (elements != null && scalars) {
      ColumnDraft items = new ColumnDraft(List.of("items"), Logical.STRING);
      scalar(items, elements);
      items.evidence.clear();
      items.choices.clear();
      column.items = items;
    } else {
      column.evidence.add("what is in it differs: kept as a text of JSON");
    }
  }

  private void scalar(ColumnDraft column, ValueProfile profile) {
    boolean texts = profile.textCount() > 0;
    int kinds =
        (texts ? 1 : 0) + (profile.numbers() > 0 ? 1 : 0) + (profile.booleans() > 0 ? 1 : 0);
    if (kinds == 0) {
      column.evidence.add("always null: the type is a guess without evidence");
    } else if (kinds > 1) {
      column.takesScalars = true;
      column.evidence.add(
          Stream.of(
                      counted(profile.textCount(), "texts"),
                      counted(profile.numbers(), "numbers"),
                      counted(profile.booleans(), "booleans"))
                  .filter(part -> !part.isEmpty())
                  .collect(Collectors.joining(", "))
              + ": all are taken as texts");
    } else if (profile.booleans() > 0) {
      column.logical = Logical.BOOLEAN;
    } else if (profile.numbers() > 0) {
      number(column, profile);
    } else if (profile.texts().missingWords().isEmpty()) {
      typeOfText(column, profile.texts(), false);
    }
  }

  private static String counted(long count, String what) {
    return count == 0 ? "" : String.format(Locale.ROOT, "%,d %s", count, what);
  }

  private static void number(ColumnDraft column, ValueProfile profile) {
    BigDecimal least = profile.least();
    BigDecimal greatest = profile.greatest();
    boolean whole = profile.integers() == profile.numbers();
    if (least == null || greatest == null || !whole) {
      column.logical = Logical.NUMBER;
      return;
    }
    column.logical = Logical.INTEGER;
    if (least.precision() > LONG_DIGITS || greatest.precision() > LONG_DIGITS) {
      column.logical = Logical.NUMBER;
      column.physical = "decimal(38,0)";
      column.evidence.add("whole numbers of up to " + greatest.precision() + " digits");
    } else if (NAMED_LIKE_TIME.matcher(column.source.get(column.source.size() - 1)).matches()) {
      epoch(column, least.longValue(), greatest.longValue());
    }
  }

  private static void epoch(ColumnDraft column, long least, long greatest) {
    long unit = 1;
    for (String format : EpochUnit.formats()) {
      if (least >= EARLIEST * unit && greatest / unit <= LATEST) {
        column.logical = Logical.TIMESTAMP;
        column.options.put("format", format);
        column.evidence.add(
            "its name, and numbers from "
                + least
                + ", which is "
                + Instant.ofEpochSecond(least / unit)
                + " if they count from 1970");
        return;
      }
      unit *= 1000;
    }
  }
}
