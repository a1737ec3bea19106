package org.beammedallion.pipelines.init;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.jspecify.annotations.Nullable;

/**
 * The only text between a column and another type, which may stand for missing values.
 *
 * @param rest what the column would be without it
 * @param count how many of the {@code records} have it
 * @param isQuoted whether it stands in quotes somewhere, where it is never null
 * @param isTaken whether it is null in the pipeline file that is written
 * @param others fields of texts that have it too
 */
record MissingMarker(
    String text,
    ColumnDraft rest,
    long count,
    long records,
    boolean isQuoted,
    boolean isTaken,
    Set<String> others) {

  private static final int RARE = 5;

  /** So short a text among whole numbers may be a code of its own, such as the floor G. */
  private static final Pattern CODE = Pattern.compile("[A-Za-z]{1,2}");

  /** Null where a column would be a text also without its marker, or where half of it are such. */
  static @Nullable MissingMarker of(String name, ValueProfile field, TextGuess texts) {
    TextProfile profile = field.texts();
    if (profile.markers() == 0 || profile.count() < 2 || profile.markers() > profile.count()) {
      return null;
    }
    ColumnDraft rest = new ColumnDraft(List.of(name), Logical.STRING);
    texts.type(rest, profile, true);
    return rest.logical == Logical.STRING && rest.choices.isEmpty() && !rest.undecided
        ? null
        : new MissingMarker(
            profile.marker(),
            rest,
            profile.markers(),
            field.present(),
            profile.isMarkerQuoted(),
            false,
            Set.of());
  }

  /** Whether a text is repeated, and few records have it. */
  static boolean isRare(ValueProfile field) {
    long count = field.texts().markers();
    return count > 1 && count * RARE <= field.present() && !field.texts().isMarkerQuoted();
  }

  /** Whether nothing speaks against taking it for null, as far as its own column tells. */
  boolean isLikely() {
    boolean code = rest.logical == Logical.INTEGER && CODE.matcher(text).matches();
    return count > 1
        && count * RARE <= records
        && !isQuoted
        && !code
        && rest.logical != Logical.STRING
        && rest.logical != Logical.BOOLEAN;
  }

  MissingMarker taken() {
    return new MissingMarker(text, rest, count, records, isQuoted, true, others);
  }

  MissingMarker alsoIn(Set<String> fields) {
    return new MissingMarker(text, rest, count, records, isQuoted, isTaken, Set.copyOf(fields));
  }

  String shown() {
    return "[" + text + "] (" + CsvColumns.counted(count, records) + ")";
  }

  /** Writes beside a column that stays a text what it would be, and how it becomes that. */
  void offer(ColumnDraft column) {
    String type = rest.logical.name().toLowerCase(Locale.ROOT);
    String would =
        rest.logical == Logical.STRING
            ? "would be no text but for " + shown()
            : "would be "
                + (rest.logical == Logical.INTEGER ? "an " : "a ")
                + type
                + " but for "
                + shown();
    if (isQuoted) {
      column.evidence.add(would + ", in quotes: a text in quotes is never null");
      return;
    }
    column.evidence.add(
        would
            + ": if that means a missing value, say 'csv: {"
            + CsvColumns.nullValue(Set.of(text))
            + "}' in the pipeline file"
            + (others.isEmpty()
                ? ""
                : ", which makes it null in "
                    + String.join(", ", others.stream().sorted().toList())
                    + " too")
            + ", and put the lines below in place of 'logicalType: string'");
    TextGuess.choose(column, rest);
  }
}
