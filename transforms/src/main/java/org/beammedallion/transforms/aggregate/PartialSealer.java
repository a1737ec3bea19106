package org.beammedallion.transforms.aggregate;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.aggregate.PartialPlan.PlainResult;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.sql.RowSealer;
import org.beammedallion.transforms.window.WindowCycle;

/** Encodes merged partial rows as gold rows. */
final class PartialSealer {

  private final RowLayout partial;
  private final RowLayout gold;
  private final List<PlainResult> results;

  /** Of the windows in microseconds, or 0 for sessions, whose end each row holds. */
  private final long size;

  private final int groups;
  private final RowBuilder builder = new RowBuilder(256);

  PartialSealer(WindowedQuery query) {
    partial = RowLayout.of(query.blockSchema());
    gold = RowLayout.of(query.outputSchema());
    List<PlainResult> plain = query.plan().results();
    if (plain == null) {
      throw new IllegalStateException("This query needs Beam SQL.");
    }
    results = plain;
    size = query.window() instanceof WindowSpec.Session ? 0 : WindowCycle.of(query.window()).size();
    groups = query.plan().groupFields().length;
  }

  /**
   * @throws QueryFailedException where a number does not fit its column
   */
  byte[] seal(byte[] bytes, int row) {
    builder.truncate(0);
    int target = builder.beginRow(gold);
    long start = partial.longAt(bytes, row, PartialPlan.START);
    builder.setLong(gold, target, 0, start);
    long end = size == 0 ? partial.longAt(bytes, row, PartialPlan.END) : start + size;
    builder.setLong(gold, target, 1, end);
    try {
      for (int i = 0; i < results.size(); i++) {
        if (!partial.isNull(bytes, row, results.get(i).partial())) {
          copy(bytes, row, results.get(i), target, i + 2);
        }
      }
    } catch (ArithmeticException e) {
      throw new QueryFailedException(
          "in the window "
              + Instant.EPOCH.plus(start, ChronoUnit.MICROS)
              + " to "
              + Instant.EPOCH.plus(end, ChronoUnit.MICROS)
              + GroupText.of(partial, bytes, row, groups),
          String.valueOf(e.getMessage()));
    }
    return Arrays.copyOf(builder.bytes(), builder.length());
  }

  private void copy(byte[] bytes, int row, PlainResult result, int target, int to) {
    int from = result.partial();
    Field field = result.field();
    if (field.type() instanceof DecimalType decimal) {
      BigDecimal value = partial.decimalAt(bytes, row, from);
      if (value.precision() > decimal.precision()) {
        throw RowSealer.tooLong(value, field.name(), decimal);
      }
      builder.setDecimal(gold, target, to, value);
      return;
    }
    Storage storage = partial.storage(from);
    switch (storage) {
      case BOOLEAN -> builder.setBoolean(gold, target, to, partial.booleanAt(bytes, row, from));
      case INT -> setWhole(target, to, partial.intAt(bytes, row, from));
      case FLOAT -> builder.setDouble(gold, target, to, partial.floatAt(bytes, row, from));
      case LONG, DOUBLE -> builder.setLong(gold, target, to, partial.longAt(bytes, row, from));
      default ->
          builder.setBytes(
              gold,
              target,
              to,
              bytes,
              partial.startOf(bytes, row, from),
              partial.lengthOf(bytes, row, from));
    }
  }

  private void setWhole(int target, int to, int value) {
    if (gold.storage(to) == Storage.INT) {
      builder.setInt(gold, target, to, value);
    } else {
      builder.setLong(gold, target, to, value);
    }
  }
}
