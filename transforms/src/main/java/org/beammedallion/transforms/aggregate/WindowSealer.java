package org.beammedallion.transforms.aggregate;

import java.util.Arrays;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.sql.Failing;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.sql.RowSealer;

/** Encodes the rows that Beam SQL gives, with the bounds of their window before them. */
final class WindowSealer {

  private static final int BOUNDS = 2;

  private final RowBuilder builder = new RowBuilder(256);
  private final RowSealer sealer;

  WindowSealer(RecordSchema schema) {
    sealer = new RowSealer(schema, builder);
  }

  /** How a message names a window. */
  static String place(IntervalWindow window) {
    return "in the window " + window.start() + " to " + window.end();
  }

  /**
   * @throws QueryFailedException where a number does not fit its column
   */
  byte[] seal(Row values, IntervalWindow window) {
    builder.truncate(0);
    int row = builder.beginRow(sealer.layout());
    builder.setLong(sealer.layout(), row, 0, window.start().getMillis() * 1000);
    builder.setLong(sealer.layout(), row, 1, window.end().getMillis() * 1000);
    try {
      for (int i = 0; i < values.getFieldCount(); i++) {
        sealer.set(row, BOUNDS + i, values.getValue(i));
      }
    } catch (ArithmeticException e) {
      throw new QueryFailedException(
          place(window) + ", for the values " + Failing.values(values),
          String.valueOf(e.getMessage()));
    }
    return Arrays.copyOf(builder.bytes(), builder.length());
  }
}
