package org.beammedallion.transforms.aggregate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.aggregate.Accumulator.Kind;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.sql.RowPredicate;
import org.beammedallion.transforms.sql.Utf8Order;
import org.beammedallion.transforms.window.EventTimeFilter;
import org.beammedallion.transforms.window.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * Adds rows up per pane and GROUP BY columns in a hash table of bounded size. Sums of whole numbers
 * and decimals are exact; a sum of whole numbers beyond 64 bits fails, as it does in Beam SQL.
 * Gives one partial row per group, at the latest when the table is full, so that a group may come
 * several times.
 */
final class PartialAggregation implements RowFeed {

  private static final int INITIAL_GROUPS = 512;

  private final PartialPlan plan;
  private final RowLayout input;
  private final int eventTimeField;
  private final EventTimeFilter filter;
  private final long paneMicros;
  private final long gapMillis;

  /** Field of the input with the end of the session that a row is a part of, or -1. */
  private final int endField;

  private final RowLayout output;
  private final Accumulator[] accumulators;
  private final int firstAccumulator;
  private final int[] offsets;
  private final int stride;
  private final int objectStride;

  private final GroupTable table;

  /**
   * Per group: a bit for each accumulator that saw a value, for sessions first and last time, the
   * accumulators.
   */
  private long[] state;

  private @Nullable Object[] objects;

  private long paneStart = 1;
  private long paneEnd;

  PartialAggregation(
      PartialPlan plan,
      RowLayout input,
      int eventTimeField,
      EventTimeFilter filter,
      WindowSpec window,
      int maxGroups) {
    this(
        plan,
        input,
        eventTimeField,
        filter,
        window.paneMillis(),
        window instanceof WindowSpec.Session session ? session.gap().toMillis() : 0,
        -1,
        maxGroups);
  }

  private PartialAggregation(
      PartialPlan plan,
      RowLayout input,
      int eventTimeField,
      EventTimeFilter filter,
      long paneMillis,
      long gapMillis,
      int endField,
      int maxGroups) {
    this.plan = plan;
    this.input = input;
    this.eventTimeField = eventTimeField;
    this.filter = filter;
    this.gapMillis = gapMillis;
    this.endField = endField;
    paneMicros = paneMillis * 1000;
    output = RowLayout.of(plan.schema());
    accumulators = plan.accumulators().toArray(Accumulator[]::new);
    firstAccumulator = PartialPlan.GROUP + plan.groupFields().length;
    table = new GroupTable(input, plan.groupFields(), output, maxGroups);
    offsets = new int[accumulators.length];
    int words = gapMillis > 0 ? 3 : 1;
    int objectCount = 0;
    for (int i = 0; i < accumulators.length; i++) {
      if (accumulators[i].keepsObject()) {
        offsets[i] = objectCount++;
      } else {
        offsets[i] = words;
        words += accumulators[i].kind().words();
      }
    }
    stride = words;
    objectStride = objectCount;
    state = new long[INITIAL_GROUPS * stride];
    objects = new Object[INITIAL_GROUPS * objectStride];
  }

  /**
   * Puts partial results of sessions together. Takes partial rows that all begin when their session
   * does, those of one session after another, and gives one for each.
   */
  static PartialAggregation ofSessions(
      PartialPlan plan, RowLayout partial, WindowSpec.Session session) {
    return new PartialAggregation(
        plan.merging(),
        partial,
        PartialPlan.START,
        new EventTimeFilter(List.of(TimeRange.ALL)),
        1,
        session.gap().toMillis(),
        PartialPlan.END,
        INITIAL_GROUPS);
  }

  @Override
  public void add(byte[] bytes, int row, int length, Consumer<byte[]> blocks) {
    if (input.isNull(bytes, row, eventTimeField)) {
      return;
    }
    long time = input.timeAt(bytes, row, eventTimeField);
    if (!filter.accepts(time)) {
      return;
    }
    RowPredicate where = plan.where();
    if (where != null && !where.passes(input, bytes, row)) {
      return;
    }
    if (time < paneStart || time >= paneEnd) {
      paneStart = Math.floorDiv(time, paneMicros) * paneMicros;
      paneEnd = paneStart + paneMicros;
    }
    int group = groupOf(bytes, row, blocks);
    if (gapMillis > 0) {
      int at = group * stride + 1;
      long millis = Math.floorDiv(time, 1000L);
      state[at] = Math.min(state[at], millis);
      long last = endField < 0 ? millis : input.longAt(bytes, row, endField) / 1000 - gapMillis;
      state[at + 1] = Math.max(state[at + 1], last);
    }
    for (int i = 0; i < accumulators.length; i++) {
      accumulate(i, group, bytes, row);
    }
  }

  private int groupOf(byte[] bytes, int row, Consumer<byte[]> blocks) {
    int found = table.find(bytes, row, paneStart);
    if (found >= 0) {
      return found;
    }
    if (table.isFull()) {
      flush(blocks);
    }
    int group = table.insert(bytes, row, paneStart);
    if ((group + 1) * stride > state.length) {
      state = Arrays.copyOf(state, state.length * 2);
      objects = Arrays.copyOf(objects, objects.length * 2);
    }
    Arrays.fill(state, group * stride, (group + 1) * stride, 0);
    if (gapMillis > 0) {
      state[group * stride + 1] = Long.MAX_VALUE;
      state[group * stride + 2] = Long.MIN_VALUE;
    }
    return group;
  }

  private void accumulate(int index, int group, byte[] bytes, int row) {
    Accumulator accumulator = accumulators[index];
    RowPredicate condition = accumulator.filter();
    if (condition != null && !condition.passes(input, bytes, row)) {
      return;
    }
    int field = accumulator.field();
    if (field >= 0 && input.isNull(bytes, row, field)) {
      return;
    }
    int base = group * stride;
    int at = base + offsets[index];
    switch (accumulator.kind()) {
      case COUNT -> state[at]++;
      case SUM_LONG -> {
        long value = wholeValue(accumulator.storage(), bytes, row, field);
        long low = state[at] + value;
        state[at + 1] += (value >> 63) + (Long.compareUnsigned(low, value) < 0 ? 1 : 0);
        state[at] = low;
      }
      case SUM_DOUBLE -> {
        double sum =
            Double.longBitsToDouble(state[at])
                + doubleValue(accumulator.storage(), bytes, row, field);
        state[at] = Double.doubleToRawLongBits(sum);
      }
      case SUM_BIG -> {
        int place = group * objectStride + offsets[index];
        BigInteger value = bigValue(bytes, row, field);
        BigInteger sum = (BigInteger) objects[place];
        objects[place] = sum == null ? value : sum.add(value);
      }
      case MIN, MAX -> extreme(accumulator, index, group, bytes, row);
    }
    state[base] |= 1L << index;
  }

  private void extreme(Accumulator accumulator, int index, int group, byte[] bytes, int row) {
    boolean first = (state[group * stride] >>> index & 1) == 0;
    int sign = accumulator.kind() == Kind.MIN ? 1 : -1;
    int field = accumulator.field();
    Storage storage = accumulator.storage();
    if (storage.isVariable()) {
      int place = group * objectStride + offsets[index];
      int start = input.startOf(bytes, row, field);
      int end = start + input.lengthOf(bytes, row, field);
      byte[] held = (byte[]) objects[place];
      if (held == null || sign * compareVariable(storage, bytes, start, end, held) < 0) {
        objects[place] = Arrays.copyOfRange(bytes, start, end);
      }
      return;
    }
    int at = group * stride + offsets[index];
    if (storage == Storage.FLOAT || storage == Storage.DOUBLE) {
      double value = doubleValue(storage, bytes, row, field);
      if (first || sign * Double.compare(value, Double.longBitsToDouble(state[at])) < 0) {
        state[at] = Double.doubleToRawLongBits(value);
      }
    } else {
      long value = wholeValue(storage, bytes, row, field);
      if (first || sign * Long.compare(value, state[at]) < 0) {
        state[at] = value;
      }
    }
  }

  private static int compareVariable(
      Storage storage, byte[] bytes, int start, int end, byte[] held) {
    return storage == Storage.BIG_DECIMAL
        ? new BigInteger(bytes, start, end - start).compareTo(new BigInteger(held))
        : Utf8Order.compare(bytes, start, end, held, 0, held.length);
  }

  private long wholeValue(Storage storage, byte[] bytes, int row, int field) {
    return switch (storage) {
      case INT -> input.intAt(bytes, row, field);
      case BOOLEAN -> input.booleanAt(bytes, row, field) ? 1 : 0;
      default -> input.longAt(bytes, row, field);
    };
  }

  private double doubleValue(Storage storage, byte[] bytes, int row, int field) {
    return storage == Storage.FLOAT
        ? input.floatAt(bytes, row, field)
        : input.doubleAt(bytes, row, field);
  }

  private BigInteger bigValue(byte[] bytes, int row, int field) {
    return new BigInteger(
        bytes, input.startOf(bytes, row, field), input.lengthOf(bytes, row, field));
  }

  @Override
  public void flush(Consumer<byte[]> blocks) {
    RowBlock block = new RowBlock();
    for (int group = 0; group < table.size(); group++) {
      int row = block.begin(blocks);
      RowBuilder rows = block.rows();
      table.appendKey(group, rows);
      if (gapMillis > 0) {
        rows.setLong(output, row, PartialPlan.START, state[group * stride + 1] * 1000);
        rows.setLong(output, row, PartialPlan.END, (state[group * stride + 2] + gapMillis) * 1000);
      }
      try {
        for (int i = 0; i < accumulators.length; i++) {
          write(i, group, rows, row);
        }
      } catch (ArithmeticException e) {
        throw new QueryFailedException(
            "in the windows that hold "
                + Instant.EPOCH.plus(
                    output.longAt(rows.bytes(), row, PartialPlan.START), ChronoUnit.MICROS)
                + GroupText.of(output, rows.bytes(), row, plan.groupFields().length),
            String.valueOf(e.getMessage()));
      }
      block.end();
    }
    block.flush(blocks);
    table.clear();
    Arrays.fill(objects, null);
  }

  private void write(int index, int group, RowBuilder rows, int row) {
    Accumulator accumulator = accumulators[index];
    int target = firstAccumulator + index;
    int at = group * stride + offsets[index];
    if (accumulator.kind() == Kind.COUNT) {
      rows.setLong(output, row, target, state[at]);
      return;
    }
    if ((state[group * stride] >>> index & 1) == 0) {
      return;
    }
    switch (accumulator.kind()) {
      case SUM_LONG -> writeSum(sum(state[at + 1], state[at]), target, rows, row);
      case SUM_DOUBLE -> rows.setLong(output, row, target, state[at]);
      case SUM_BIG -> {
        Object sum = objects[group * objectStride + offsets[index]];
        if (sum != null) {
          writeSum((BigInteger) sum, target, rows, row);
        }
      }
      default ->
          writeExtreme(
              accumulator.storage(), group * objectStride + offsets[index], at, target, rows, row);
    }
  }

  private static BigInteger sum(long high, long low) {
    if (high == low >> 63) {
      return BigInteger.valueOf(low);
    }
    BigInteger unsigned = BigInteger.valueOf(low);
    return BigInteger.valueOf(high)
        .shiftLeft(64)
        .add(low < 0 ? unsigned.add(BigInteger.ONE.shiftLeft(64)) : unsigned);
  }

  private void writeSum(BigInteger sum, int target, RowBuilder rows, int row) {
    if (output.schema().fields().get(target).type() instanceof DecimalType decimal) {
      rows.setDecimal(output, row, target, new BigDecimal(sum, decimal.scale()));
    } else {
      if (sum.bitLength() >= Long.SIZE) {
        throw new ArithmeticException("the sum " + sum + " does not fit 64 bits");
      }
      rows.setLong(output, row, target, sum.longValue());
    }
  }

  private void writeExtreme(
      Storage storage, int place, int at, int target, RowBuilder rows, int row) {
    switch (storage) {
      case BOOLEAN -> rows.setBoolean(output, row, target, state[at] != 0);
      case INT -> rows.setInt(output, row, target, (int) state[at]);
      case FLOAT -> rows.setFloat(output, row, target, (float) Double.longBitsToDouble(state[at]));
      case LONG, DOUBLE -> rows.setLong(output, row, target, state[at]);
      default -> {
        Object held = objects[place];
        if (held != null) {
          byte[] value = (byte[]) held;
          rows.setBytes(output, row, target, value, 0, value.length);
        }
      }
    }
  }
}
