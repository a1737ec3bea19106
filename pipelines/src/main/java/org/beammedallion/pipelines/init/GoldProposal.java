package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.Kind;
import org.jspecify.annotations.Nullable;

/** The comment of a pipeline file that proposes a first gold table. */
final class GoldProposal {

  /** Numbers by which things are named or placed: their sum means nothing. */
  private static final Pattern NO_MEASURE =
      Pattern.compile(
          "(?i:(.*_)?(account|acct|konto|status|iban|iccid|imei|isbn|ean|sku|port|pid|uid))|(?i:(.*_)?(id|ids|key|code|nr|no|num|number|index|idx|rank|zip|zipcode|zip_code|plz|postcode|postal_code"
              + "|fips|phone|year|jahr|yr|month|monat|week|woche|day|tag|hour|minute|quarter|decade|lat|latitude|lon|lng"
              + "|long|longitude|version|percent|pct|rate|ratio)(_.*)?)"
              + "|.*(Id|ID|Key|Code|No|Nr|Number|Year|Jahr|Lat|Lon)");

  /** The sum of ten million such values fits 64 bits. Longer numbers are mostly identifiers. */
  private static final double MOST_SUMMED = 1e11;

  private static final int FIRST_YEAR = 1500;
  private static final int LAST_YEAR = 2200;

  private GoldProposal() {}

  /**
   * The lines of the comment.
   *
   * @param time by which windows are made, or null
   * @param keys columns that have a different value in each record, the likeliest key first
   */
  static List<String> of(String name, RowProfile rows, @Nullable Field time, List<String> keys) {
    return time == null ? dimension(name, rows, keys) : daily(name, rows);
  }

  private static List<String> dimension(String name, RowProfile rows, List<String> keys) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# An aggregate needs a date or timestamp that every record has, as eventTime of silver, and there is none.");
    lines.add("# Gold without time needs a dimension today: a table with one row for each key.");
    List<String> key = key(rows, keys);
    if (key.isEmpty()) {
      lines.add("# There is no key either, so no gold table is proposed.");
      return lines;
    }
    lines.add("# A first one; delete the '#' to build it:");
    lines.add("# gold:");
    lines.add("#   - table: dim_" + ColumnNaming.plain(name));
    lines.add("#     kind: dimension");
    lines.add("#     type: 1");
    lines.add(
        "#     key: "
            + (key.size() == 1
                ? YamlText.of(key.get(0))
                : "[" + String.join(", ", key.stream().map(YamlText::of).toList()) + "]"));
    return lines;
  }

  /** What can be the key of a dimension; none where nothing can. */
  static List<String> key(RowProfile rows, List<String> keys) {
    return keys.isEmpty() ? rows.uniquePair() : keys.subList(0, 1);
  }

  private static List<String> daily(String name, RowProfile rows) {
    Field group = null;
    Field sum = null;
    for (int i = 0; i < rows.schema().fields().size(); i++) {
      RowProfile.Column column = rows.column(i);
      if (group == null && isGroup(column)) {
        group = column.field();
      } else if (sum == null && isMeasure(column)) {
        sum = column.field();
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("# A first gold table; delete the '#' to build it:");
    lines.add("# gold:");
    lines.add("#   - table: " + ColumnNaming.plain(name) + "_daily");
    lines.add("#     window: {type: tumbling, size: 1d}");
    lines.add("#     sql: |");
    lines.add(
        "#       SELECT "
            + (group == null ? "" : quoted(group) + ", ")
            + "COUNT(*) AS `records`"
            + (sum == null ? "" : ", SUM(" + quoted(sum) + ") AS `sum_" + sum.name() + "`"));
    lines.add("#       FROM `" + name + "`");
    if (group != null) {
      lines.add("#       GROUP BY " + quoted(group));
    }
    return lines;
  }

  private static boolean isGroup(RowProfile.Column column) {
    return column.field().type().kind() == Kind.STRING
        && column.few()
        && RowProfile.isKeyable(column.field().type());
  }

  /** Whether a sum of it means something, as far as its name and its values tell. */
  private static boolean isMeasure(RowProfile.Column column) {
    if (NO_MEASURE.matcher(column.field().name()).matches()) {
      return false;
    }
    return switch (column.field().type().kind()) {
      case FLOAT, DOUBLE, DECIMAL -> true;
      case INT, LONG ->
          column.repeats()
              && column.least() instanceof Number least
              && column.greatest() instanceof Number greatest
              && Math.abs(least.doubleValue()) < MOST_SUMMED
              && Math.abs(greatest.doubleValue()) < MOST_SUMMED
              && !isYears(least.longValue(), greatest.longValue())
              && !(TextHints.mayBeDay(least.longValue())
                  && TextHints.mayBeDay(greatest.longValue()));
      default -> false;
    };
  }

  private static boolean isYears(long least, long greatest) {
    return least >= FIRST_YEAR && greatest <= LAST_YEAR;
  }

  private static String quoted(Field field) {
    return "`" + field.name() + "`";
  }
}
