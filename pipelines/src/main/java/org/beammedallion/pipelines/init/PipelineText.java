package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.Kind;
import org.jspecify.annotations.Nullable;

/** Writes a pipeline file, with what it could say beside as comments. */
final class PipelineText {

  private static final int COMMENT_AT = 44;
  private static final int SHOWN_KEYS = 3;

  private final StringBuilder text = new StringBuilder();

  private PipelineText() {}

  static String of(String name, String contract, Map<String, String> options, RowProfile rows) {
    PipelineText file = new PipelineText();
    file.line(
        "# Where the records come from and what is built. The contract says what they are.", "");
    file.line(
        "pipeline: " + YamlText.of(name), "stable name: commits, progress and folders carry it");
    file.line("contract: " + YamlText.of(contract), "");
    file.line("source:", "");
    file.line("  server: files", "an entry of the contract's servers");
    options.forEach((line, evidence) -> file.line("  " + line, evidence));
    file.line("silver:", "");
    file.line("  write: append", "every record becomes a row; see below for keys");
    Field time = eventTime(rows);
    if (time != null) {
      file.line("  eventTime: " + YamlText.of(time.name()), evidence(rows, time));
    }
    file.key(rows, time);
    file.gold(name, rows, time);
    return file.text.toString();
  }

  private static List<Integer> indexes(RowProfile rows) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < rows.schema().fields().size(); i++) {
      all.add(i);
    }
    return all;
  }

  private static List<Field> times(RowProfile rows) {
    return indexes(rows).stream()
        .map(rows::column)
        .filter(column -> column.nulls() == 0 && rows.rows() > 0)
        .map(RowProfile.Column::field)
        .filter(field -> field.type().kind() == Kind.TIMESTAMP || field.type().kind() == Kind.DATE)
        .sorted(Comparator.comparing(field -> field.type().kind() == Kind.TIMESTAMP ? 0 : 1))
        .toList();
  }

  /** A point in time that every record has; of several, points before days, then the first. */
  static @Nullable Field eventTime(RowProfile rows) {
    List<Field> times = times(rows);
    return times.isEmpty() ? null : times.get(0);
  }

  private static String evidence(RowProfile rows, Field time) {
    List<String> others = times(rows).stream().skip(1).map(Field::name).toList();
    RowProfile.Column column = rows.column(rows.schema().indexOf(time.name()));
    return "in every record, "
        + column.least()
        + " to "
        + column.greatest()
        + (others.isEmpty() ? "" : "; others are " + String.join(", ", others));
  }

  private void key(RowProfile rows, @Nullable Field time) {
    List<String> keys = keys(rows);
    List<String> pair = rows.uniquePair();
    RowProfile.Column near = keys.isEmpty() ? rows.nearlyUnique() : null;
    line("", "");
    if (near != null) {
      nearKey(near, rows.rows());
    }
    if (keys.isEmpty() && pair.isEmpty() && near == null) {
      line(
          "# No column, and no two columns together, have a different value in each record, so there",
          "");
      line("# is no key whose latest row could be kept.", "");
      return;
    }
    if (near != null && pair.isEmpty()) {
      line(
          "# If these are one record written again, set primaryKey: true of it in the contract",
          "");
      line("# and write here, so that one row of each key is kept:", "");
      upsert(time);
      return;
    }
    line("# To keep only the latest row of each key, set primaryKey: true in the contract", "");
    line(
        "# ("
            + (keys.isEmpty()
                ? String.join(" and ", pair) + " together have"
                : keys.size() == 1
                    ? keys.get(0) + " has"
                    : "each of " + String.join(", ", keys) + " has")
            + String.format(
                Locale.ROOT,
                " a different value in each of %,d records) and write here:",
                rows.rows()),
        "");
    upsert(time);
  }

  private void nearKey(RowProfile.Column near, long rows) {
    line(
        String.format(
            Locale.ROOT,
            "# %s is nearly a key: it differs in %,d of %,d records; %,d %s another.",
            near.field().name(),
            rows - near.again(),
            rows,
            near.again(),
            near.again() == 1 ? "record repeats" : "records repeat"),
        "");
  }

  private void upsert(@Nullable Field time) {
    line("#   write: upsert", "");
    if (time == null) {
      line("# Where a column tells which of two rows is later, add it as latestBy.", "");
    } else {
      line(
          "#   latestBy: " + YamlText.of(time.name()),
          "of two rows with the same key the later one is kept");
    }
  }

  private static List<String> keys(RowProfile rows) {
    if (rows.rows() < 2) {
      return List.of();
    }
    return indexes(rows).stream()
        .map(rows::column)
        .filter(column -> !column.repeats() && column.nulls() == 0)
        .map(column -> column.field())
        .filter(field -> field.type().kind() != Kind.TIMESTAMP)
        .sorted(
            Comparator.comparing(
                field ->
                    field.name().matches("(?i)(.*_)?(id|key|code|uuid|no)")
                        ? 0
                        : field.type().kind() == Kind.STRING ? 1 : 2))
        .map(Field::name)
        .limit(SHOWN_KEYS)
        .toList();
  }

  /** The key of the dimension that is proposed; none where none is. */
  static List<String> dimensionKey(RowProfile rows) {
    return eventTime(rows) == null ? GoldProposal.key(rows, keys(rows)) : List.of();
  }

  private void gold(String name, RowProfile rows, @Nullable Field time) {
    line("", "");
    GoldProposal.of(name, rows, time, keys(rows)).forEach(each -> line(each, ""));
  }

  private void line(String yaml, String comment) {
    text.append(yaml);
    if (!comment.isEmpty()) {
      text.append(" ".repeat(Math.max(2, COMMENT_AT - yaml.length())))
          .append("# ")
          .append(YamlText.comment(comment));
    }
    text.append('\n');
  }
}
