package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * A user's SQL over the silver rows of one window at a time, in Beam SQL's dialect, checked against silver's schema.
 * Immutable. Rows without an event time belong to no window.
 */
public final class WindowedQuery implements Serializable {

  /** Groups that a worker holds at once: some ten megabytes. */
  private static final int MAX_GROUPS = 1 << 17;

  private final WindowSpec window;
  private final int[] requiredFields;
  private final RecordSchema input;
  private final int eventTimeField;
  private final RecordSchema output;
  private final String sql;
  private final String table;
  private final @Nullable PartialPlan plan;
  private final boolean hidesSessions;

  private WindowedQuery(
      WindowSpec window,
      int[] requiredFields,
      RecordSchema input,
      int eventTimeField,
      RecordSchema output,
      String sql,
      String table,
      @Nullable PartialPlan plan,
      boolean hidesSessions) {
    this.window = window;
    this.requiredFields = requiredFields;
    this.input = input;
    this.eventTimeField = eventTimeField;
    this.output = output;
    this.sql = sql;
    this.table = table;
    this.plan = plan;
    this.hidesSessions = hidesSessions;
  }

  /**
   * @param tableName by which the query calls silver's table
   * @param eventTimeField position in {@code silver} of the timestamp that puts a row into its windows
   * @throws InvalidQueryException where the query cannot make a gold table; says where and why
   */
  public static WindowedQuery of(
      String tableName, String sql, RecordSchema silver, int eventTimeField, WindowSpec window) {
    Field eventTime = silver.fields().get(eventTimeField);
    if (!(eventTime.type() instanceof FieldType.TimestampType)) {
      throw new IllegalArgumentException(
          "The event time '" + eventTime.name() + "' must be a timestamp; choose a column that is one.");
    }
    SqlNode query = SqlDialect.parse(sql);
    QueryShape.check(query, tableName, silver, window);
    RecordSchema usable = usable(silver);
    SqlDialect.plan(sql, tableName, BeamTypes.schema(usable));
    Set<String> names = QueryShape.names(query);
    List<Integer> required = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < silver.fields().size(); i++) {
      Field field = silver.fields().get(i);
      boolean wanted = names == null ? usable.indexOf(field.name()) >= 0 : names.contains(field.name());
      if (wanted || i == eventTimeField) {
        required.add(i);
        fields.add(field);
      }
    }
    RecordSchema input = new RecordSchema(fields);
    SqlNode rewritten = QueryRewrite.rewrite(SqlDialect.parse(sql));
    boolean decimals = fields.stream().anyMatch(field -> field.type() instanceof DecimalType);
    String general =
        decimals
            ? QueryRewrite.typed(rewritten, tableName, QueryRewrite.widened(input))
            : SqlDialect.print(rewritten);
    String table = decimals ? QueryRewrite.baseTable(tableName) : tableName;
    RelNode planned = SqlDialect.plan(general, table, BeamTypes.schema(input));
    GroupKeys.check(planned);
    RecordSchema output = OutputTypes.of(query, planned.getRowType(), silver);
    Optional<PartialPlan> plan = Decomposition.of(query, tableName, input);
    plan.ifPresent(partial -> SqlDialect.plan(partial.sql(), partial.table(), BeamTypes.schema(partial.schema())));
    return new WindowedQuery(
        window,
        required.stream().mapToInt(Integer::intValue).toArray(),
        input,
        input.indexOf(eventTime.name()),
        output,
        general,
        table,
        plan.orElse(null),
        query instanceof SqlSelect select && select.getHaving() != null);
  }

  /** Silver's columns without those that Beam SQL cannot be given. */
  private static RecordSchema usable(RecordSchema silver) {
    return new RecordSchema(silver.fields().stream().filter(field -> isUsable(field.type(), true)).toList());
  }

  private static boolean isUsable(FieldType type, boolean top) {
    if (type instanceof FieldType.ObjectType object) {
      return object.schema().fields().stream().allMatch(field -> isUsable(field.type(), false));
    }
    return !(type instanceof FieldType.ArrayType) && (top || !(type instanceof DecimalType));
  }

  public WindowSpec window() {
    return window;
  }

  /** Positions in silver's schema of the columns that the query touches and of the event time, ascending. */
  public int[] requiredFields() {
    return requiredFields.clone();
  }

  /** Silver's schema, with the required fields only: that of the rows that are read. */
  public RecordSchema inputSchema() {
    return input;
  }

  /** window_start, window_end and the query's columns. */
  public RecordSchema outputSchema() {
    return output;
  }

  /** Whether rows are added up inside the batches, so that Beam SQL sees only partial results. */
  public boolean aggregatesInBatches() {
    return plan != null;
  }

  /**
   * Whether each cycle must compute the whole table, with {@link TouchedWindows#all}: HAVING over sessions leaves
   * sessions out of gold, so that nobody knows any more where they are.
   */
  public boolean recomputesWhole() {
    return window instanceof WindowSpec.Session && hidesSessions;
  }

  /**
   * A feed for the rows of one bundle.
   *
   * @param touched of the same window specification; rows outside the touched windows are dropped
   */
  public RowFeed feed(TouchedWindows touched) {
    return feed(touched, MAX_GROUPS);
  }

  RowFeed feed(TouchedWindows touched, int maxGroups) {
    EventTimeFilter filter = new EventTimeFilter(touched.eventTimeRanges());
    RowLayout layout = RowLayout.of(input);
    return plan == null
        ? new ProjectedRows(layout, eventTimeField, filter)
        : new PartialAggregation(plan, layout, eventTimeField, filter, window, maxGroups);
  }

  /** Whether a time, in milliseconds, is in any window at all: sliding windows may leave gaps. */
  boolean hasWindow(long millis) {
    return !(window instanceof WindowSpec.Sliding sliding)
        || Math.floorMod(millis, sliding.period().toMillis()) < sliding.size().toMillis();
  }

  /** The same query, all of it run by Beam SQL. */
  WindowedQuery withoutPartials() {
    return new WindowedQuery(
        window, requiredFields, input, eventTimeField, output, sql, table, null, hidesSessions);
  }

  /** The schema of the rows in a feed's blocks. */
  RecordSchema blockSchema() {
    return plan == null ? input : plan.schema();
  }

  Schema beamSchema() {
    return BeamTypes.schema(blockSchema());
  }

  /** Position in the block's rows of the time that decides their windows. */
  int timeField() {
    return plan == null ? eventTimeField : PartialPlan.START;
  }

  /** Position in the block's rows of the end of a session that they carry, or -1. */
  int endField() {
    return plan == null ? -1 : PartialPlan.END;
  }

  String sql() {
    return plan == null ? sql : plan.sql();
  }

  String table() {
    return plan == null ? table : plan.table();
  }
}
