package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.Kind;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowViews;
import org.jspecify.annotations.Nullable;

/** What the columns of decoded rows have in common: nulls, range, and whether values repeat. */
final class RowProfile {

  /** A column with more different values than that is no good group of a first aggregate. */
  private static final int FEW = 50;

  /** More different values than that are not kept to tell whether they repeat. */
  private static final int MOST_KEPT = 1_000_000;

  private static final int MOST_PAIRED = 8;

  /** One record in so many may repeat a value of a column that is nearly a key. */
  private static final int NEARLY = 20;

  /** Values of a column that repeats more often are not kept. */
  private static final int MOST_AGAIN = 10_000;

  /**
   * A column of the rows.
   *
   * @param again how many records repeat a value, or none where that is not known
   * @param few whether it has at least two different values and not many, for what rows there are
   * @param least and greatest values, or null where it has none, or none that can be compared
   */
  record Column(
      Field field,
      long nulls,
      boolean repeats,
      long again,
      boolean few,
      @Nullable Object least,
      @Nullable Object greatest) {}

  private final RecordSchema schema;
  private final RowViews views;
  private final List<Counted> columns = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();
  private long rows;

  RowProfile(RecordSchema schema) {
    this.schema = schema;
    this.views = RowViews.of(schema);
    schema.fields().forEach(field -> columns.add(new Counted(field)));
    List<Integer> keyable = new ArrayList<>();
    for (int i = 0; i < columns.size() && keyable.size() < MOST_PAIRED; i++) {
      if (isKeyable(schema.fields().get(i).type())) {
        keyable.add(i);
      }
    }
    for (int i = 0; i < keyable.size(); i++) {
      for (int j = i + 1; j < keyable.size(); j++) {
        pairs.add(new Pair(keyable.get(i), keyable.get(j)));
      }
    }
  }

  static boolean isKeyable(FieldType type) {
    return switch (type.kind()) {
      case STRING -> !((FieldType.StringType) type).isJson();
      case INT, LONG, DATE, TIMESTAMP -> true;
      default -> false;
    };
  }

  void add(RowBatch batch) {
    views.forEach(batch, this::add);
  }

  private void add(Row row) {
    rows++;
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).add(row.getValue(i));
    }
    pairs.removeIf(pair -> !pair.add(row.getValue(pair.first), row.getValue(pair.second)));
  }

  long rows() {
    return rows;
  }

  RecordSchema schema() {
    return schema;
  }

  Column column(int index) {
    return columns.get(index).column();
  }

  /** The column that few records repeat a value of, and none lacks; null where there is none. */
  @Nullable Column nearlyUnique() {
    return columns.stream()
        .map(Counted::column)
        .filter(column -> column.nulls() == 0 && column.field().type().kind() != Kind.TIMESTAMP)
        .filter(column -> column.again() > 0 && column.again() * NEARLY <= rows)
        .min(Comparator.comparingLong(Column::again))
        .orElse(null);
  }

  /** Two columns whose values together do not repeat, where no column alone does so; or none. */
  List<String> uniquePair() {
    return rows < 2 || pairs.isEmpty()
        ? List.of()
        : List.of(
            schema.fields().get(pairs.get(0).first).name(),
            schema.fields().get(pairs.get(0).second).name());
  }

  private static final class Pair {
    private final int first;
    private final int second;
    private final Set<List<Object>> met = new HashSet<>();

    Pair(int first, int second) {
      this.first = first;
      this.second = second;
    }

    /** Whether they can still be a key. */
    boolean add(@Nullable Object one, @Nullable Object other) {
      return one != null
          && other != null
          && met.size() < MOST_KEPT / 4
          && met.add(List.of(one, other));
    }
  }

  private static final class Counted {
    private final Field field;
    private final Set<Object> met = new HashSet<>();
    private final Set<Object> some = new HashSet<>();
    private boolean repeats;
    private boolean counts;
    private long again;
    private long nulls;
    private long values;
    private @Nullable Comparable<Object> least;
    private @Nullable Comparable<Object> greatest;

    Counted(Field field) {
      this.field = field;
      this.repeats = !isKeyable(field.type());
      this.counts = !repeats;
    }

    void add(@Nullable Object value) {
      if (value == null) {
        nulls++;
        return;
      }
      values++;
      if (some.size() <= FEW) {
        some.add(value);
      }
      if (counts && !met.add(value)) {
        repeats = true;
        again++;
      }
      if (counts && (met.size() > MOST_KEPT || again > MOST_AGAIN)) {
        repeats = true;
        counts = false;
        again = 0;
        met.clear();
      }
      if (value instanceof Comparable<?> && isOrdered(field.type())) {
        @SuppressWarnings("unchecked")
        Comparable<Object> comparable = (Comparable<Object>) value;
        least = least == null || comparable.compareTo(least) < 0 ? comparable : least;
        greatest = greatest == null || comparable.compareTo(greatest) > 0 ? comparable : greatest;
      }
    }

    private static boolean isOrdered(FieldType type) {
      return type.kind() != Kind.STRING && type.kind() != Kind.BOOLEAN;
    }

    Column column() {
      return new Column(
          field,
          nulls,
          repeats,
          again,
          some.size() > 1 && some.size() <= FEW && some.size() * 3L <= values,
          least,
          greatest);
    }
  }
}
