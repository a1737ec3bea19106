package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.BeamTypes;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.beammedallion.transforms.sql.QueryLowering;
import org.beammedallion.transforms.sql.SqlDialect;
import org.beammedallion.transforms.window.EventTimeFilter;
import org.beammedallion.transforms.window.TouchedWindows;
import org.jspecify.annotations.Nullable;

/**
 * A user's SQL over the silver rows of one window at a time, in Beam SQL's dialect, checked against
 * silver's schema. Immutable. Rows without an event time belong to no window.
 */
public final class WindowedQuery implements Serializable {

  /** Groups that a worker holds at once: some ten megabytes. */
  private static final int MAX_GROUPS = 1 << 17;

  /** Where the work is done; the fastest that a query allows is taken. */
  enum Path {
    /** All of it by Beam SQL, which sees every row. */
    BEAM_SQL,
    /** Partial results inside the batches, the rest by Beam SQL. */
    PARTIALS_TO_BEAM_SQL,
    /** Partial results inside the batches, merged per group. */
    MERGED
  }

  private final Path path;
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
      Path path,
      WindowSpec window,
      int[] requiredFields,
      RecordSchema input,
      int eventTimeField,
      RecordSchema output,
      String sql,
      String table,
      @Nullable PartialPlan plan,
      boolean hidesSessions) {
    this.path = path;
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
   * @param eventTimeField position in {@code silver} of the timestamp that puts a row into its
   *     windows, or of a date, which does so by its midnight in UTC
   * @throws InvalidQueryException where the query cannot make a gold table; says where and why
   */
  public static WindowedQuery of(
      String tableName, String sql, RecordSchema silver, int eventTimeField, WindowSpec window) {
    return of(tableName, sql, silver, eventTimeField, window, Path.MERGED);
  }

  /**
   * @param fastest path that may be taken
   */
  static WindowedQuery of(
      String tableName,
      String sql,
      RecordSchema silver,
      int eventTimeField,
      WindowSpec window,
      Path fastest) {
    Field eventTime = silver.fields().get(eventTimeField);
    if (!(eventTime.type() instanceof FieldType.TimestampType)
        && !(eventTime.type() instanceof FieldType.DateType)) {
      throw new IllegalArgumentException(
          "The event time '"
              + eventTime.name()
              + "' must be a timestamp or a date; choose a column that is one.");
    }
    SqlNode query = SqlDialect.parse(sql);
    QueryShape.check(query, tableName, silver, window);
    int[] required = requiredFields(query, silver, eventTimeField);
    RecordSchema input =
        new RecordSchema(Arrays.stream(required).mapToObj(silver.fields()::get).toList());
    PartialPlan plan =
        fastest == Path.BEAM_SQL ? null : Decomposition.of(query, tableName, input).orElse(null);
    boolean hidesSessions = query instanceof SqlSelect select && select.getHaving() != null;
    int timeField = input.indexOf(eventTime.name());
    if (fastest == Path.MERGED && plan != null && plan.results() != null) {
      // Whatever splits so plainly is valid: Beam SQL, whose start costs seconds, need not be
      // asked.
      List<Field> columns = plan.results().stream().map(PartialPlan.PlainResult::field).toList();
      RecordSchema output = OutputTypes.of(query, columns);
      return new WindowedQuery(
          Path.MERGED,
          window,
          required,
          input,
          timeField,
          output,
          plan.sql(),
          plan.table(),
          plan,
          hidesSessions);
    }
    QueryLowering.Query lowered = QueryLowering.lower(query, tableName, usable(silver));
    RelNode planned = plan(lowered.sql(), sql, tableName, input, usable(silver));
    GroupKeys.check(planned);
    RecordSchema output = OutputTypes.of(query, lowered.columns(), planned.getRowType(), silver);
    if (plan != null) {
      SqlDialect.plan(plan.sql(), plan.table(), BeamTypes.schema(plan.schema()));
    }
    return plan == null
        ? new WindowedQuery(
            Path.BEAM_SQL,
            window,
            required,
            input,
            timeField,
            output,
            lowered.sql(),
            tableName,
            null,
            hidesSessions)
        : new WindowedQuery(
            Path.PARTIALS_TO_BEAM_SQL,
            window,
            required,
            input,
            timeField,
            output,
            plan.sql(),
            plan.table(),
            plan,
            hidesSessions);
  }

  /**
   * Plans a query as it is run. Where it cannot be, the planner is asked about the user's own SQL,
   * in which it can name a place.
   */
  private static RelNode plan(
      String lowered, String sql, String table, RecordSchema input, RecordSchema usable) {
    try {
      return SqlDialect.plan(lowered, table, BeamTypes.schema(input));
    } catch (InvalidQueryException e) {
      SqlDialect.plan(sql, table, BeamTypes.declared(usable));
      throw SqlDialect.invalid(e.reason());
    }
  }

  private static int[] requiredFields(SqlNode query, RecordSchema silver, int eventTimeField) {
    Set<String> names = QueryShape.names(query);
    return IntStream.range(0, silver.fields().size())
        .filter(
            i ->
                i == eventTimeField
                    || (BeamTypes.isUsable(silver.fields().get(i).type())
                        && (names == null || names.contains(silver.fields().get(i).name()))))
        .toArray();
  }

  /** Silver's columns without those that Beam SQL cannot be given. */
  private static RecordSchema usable(RecordSchema silver) {
    return new RecordSchema(
        silver.fields().stream().filter(field -> BeamTypes.isUsable(field.type())).toList());
  }

  public WindowSpec window() {
    return window;
  }

  /**
   * Positions in silver's schema of the columns that the query touches and of the event time,
   * ascending.
   */
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

  /**
   * Whether rows are added up inside the batches, so that Beam SQL sees only partial results, or
   * nothing at all.
   */
  public boolean aggregatesInBatches() {
    return plan != null;
  }

  /**
   * Whether each cycle must compute the whole table, with {@link TouchedWindows#all}: HAVING over
   * sessions leaves sessions out of gold, so that nobody knows any more where they are.
   */
  public boolean recomputesWhole() {
    return window instanceof WindowSpec.Session && hidesSessions;
  }

  /** Whether the partial results of its sessions are put together before Beam SQL sees them. */
  boolean mergesSessions() {
    return window instanceof WindowSpec.Session && plan != null;
  }

  /**
   * Whether gold tells whose each of its sessions is, so that {@link TouchedWindows#closeByKey} is
   * enough.
   */
  public boolean tellsSessionsApart() {
    return mergesSessions() && !hidesSessions && plan().keyColumns() != null;
  }

  /**
   * Of {@link #outputSchema} the columns that tell sessions apart: the bounds of the window, and
   * the GROUP BY columns.
   *
   * @throws IllegalStateException unless {@link #tellsSessionsApart}
   */
  public RecordSchema sessionSchema() {
    return KeptSessions.schema(this);
  }

  /**
   * A feed for the sessions that gold holds, as rows of {@link #sessionSchema}. What it gives is
   * what {@link FinishBySql#keeping} takes.
   */
  public RowFeed sessionFeed(TouchedWindows touched) {
    return new KeptSessions(this, touched);
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
    return sql;
  }

  String table() {
    return table;
  }

  Path path() {
    return path;
  }

  /** The plan of a query that does not take the path {@link Path#BEAM_SQL}. */
  PartialPlan plan() {
    if (plan == null) {
      throw new IllegalStateException("This query does not split.");
    }
    return plan;
  }
}
