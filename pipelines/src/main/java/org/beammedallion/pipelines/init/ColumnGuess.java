package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.quality.rule.EpochUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of JSON are, by the values that were seen. Nothing is guessed that values speak
 * against; where two readings are possible the column stays a text, and both are offered.
 */
final class ColumnGuess {

  /** An object with more members than that is taken for a map. */
  private static final int MOST_MEMBERS = 100;

  private static final int DEEPEST = 5;

  /** At least this many numbers, and at most one other value in this many. */
  private static final int NEARLY_ALL = 20;

  private static final int LONG_DIGITS = 18;

  /** 2000-01-01 and 2100-01-01 in seconds. */
  private static final long EARLIEST = 946_684_800L;

  private static final long LATEST = 4_102_444_800L;

  private static final TextGuess TEXTS = TextGuess.NO_NUMBERS;

  private final List<String> leftOut = new ArrayList<>();

  /** Fields that no column can hold, and why not. */
  List<String> leftOut() {
    return leftOut;
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
      column.evidence.add(
          elements != null && elements.objects() > 0 && elements.objects() == elements.values()
              ? "objects: kept as a text of JSON; 'items' with 'properties' makes columns of them"
              : "what is in it differs: kept as a text of JSON");
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
      mostlyEpoch(column, profile);
      mostlyNumbers(column, profile);
    } else if (profile.booleans() > 0) {
      column.logical = Logical.BOOLEAN;
    } else if (profile.numbers() > 0) {
      number(column, profile);
    } else if (profile.texts().missingWords().isEmpty() && profile.texts().markers() == 0) {
      TEXTS.type(column, profile.texts(), false);
    }
  }

  private static void mostlyEpoch(ColumnDraft column, ValueProfile profile) {
    BigDecimal least = profile.least();
    BigDecimal greatest = profile.greatest();
    boolean whole = profile.textCount() > 0 && profile.integers() == profile.numbers();
    if (least != null && greatest != null && whole && greatest.precision() <= LONG_DIGITS) {
      TextHints.mostlyEpoch(
          column,
          least.longValue(),
          greatest.longValue(),
          profile.numbers(),
          profile.scalars(),
          "'" + profile.texts().example() + "'",
          profile.texts().numbers().isWhole());
    }
  }

  /** Numbers but for a few texts, which may be wrong. */
  private static void mostlyNumbers(ColumnDraft column, ValueProfile profile) {
    long others = profile.scalars() - profile.numbers();
    if (column.choices.isEmpty()
        && profile.numbers() >= NEARLY_ALL
        && others * NEARLY_ALL <= profile.scalars()) {
      ColumnDraft rest = new ColumnDraft(column.source, Logical.STRING);
      number(rest, profile);
      column.evidence.add(
          0,
          CsvColumns.counted(profile.numbers(), profile.scalars())
              + " values are numbers, others are such as '"
              + profile.texts().example()
              + "': if the others are wrong, take 'takesScalars' away here and put the lines below in place of"
              + " 'logicalType: string', and their records are rejected");
      column.choices.addAll(TextGuess.lines(rest, column));
      column.undecided = true;
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
      profile.digits().type(column);
      outlier(column, profile.outlier());
      return;
    }
    column.logical = Logical.INTEGER;
    outlier(column, profile.outlier());
    if (least.precision() > LONG_DIGITS || greatest.precision() > LONG_DIGITS) {
      column.logical = Logical.NUMBER;
      column.physical = "decimal(38,0)";
      column.evidence.add("whole numbers of up to " + greatest.precision() + " digits");
    } else if (TextGuess.NAMED_LIKE_TIME
        .matcher(column.source.get(column.source.size() - 1))
        .matches()) {
      epoch(column, least.longValue(), greatest.longValue());
    }
  }

  private static void outlier(ColumnDraft column, Outlier outlier) {
    if (!outlier.text().isEmpty()) {
      column.evidence.add(
          0,
          outlier.sentence()
              + ": if it means a missing value, let the source write null, or a transform of your own");
      column.undecided = true;
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
