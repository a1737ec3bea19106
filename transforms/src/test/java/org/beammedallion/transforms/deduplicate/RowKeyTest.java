package org.beammedallion.transforms.deduplicate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowKeyTest {

  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.optional("id", FieldType.LONG),
              Field.optional("double", FieldType.DOUBLE),
              Field.optional("float", FieldType.FLOAT)));

  private static byte[] row(@Nullable Double version) {
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(LAYOUT);
    builder.setLong(LAYOUT, row, 0, 1);
    if (version != null) {
      builder.setDouble(LAYOUT, row, 1, version);
      builder.setFloat(LAYOUT, row, 2, version.floatValue());
    }
    return builder.bytes();
  }

  /** As ORDER BY of Spark, DuckDB and PostgreSQL has it; null comes first. */
  @Test
  void takesNanForLaterThanAnyNumber() {
    byte[][] ascending = {
      row(null),
      row(Double.NEGATIVE_INFINITY),
      row(-1.5),
      row(2.0),
      row(Double.POSITIVE_INFINITY),
      row(Double.NaN)
    };
    byte[] otherNan = row(Double.longBitsToDouble(0xFFF8000000000001L));
    for (int field = 1; field <= 2; field++) {
      RowKey key = RowKey.of(LAYOUT, new int[] {0}, field);
      for (int i = 1; i < ascending.length; i++) {
        assertThat(key.compareVersion(ascending[i], 0, ascending[i - 1], 0), is(greaterThan(0)));
      }
      assertThat(key.compareVersion(otherNan, 0, ascending[ascending.length - 1], 0), is(0));
    }
  }
}
