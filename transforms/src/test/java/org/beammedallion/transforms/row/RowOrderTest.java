package org.beammedallion.transforms.row;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows are ordered by their values, field by field. */
class RowOrderTest {

  /** Sets the only field of a row. */
  private interface Setter extends BiConsumer<RowBuilder, Integer> {}

  private static Arguments rising(FieldType type, Setter... values) {
    return Arguments.of(type, List.of(values));
  }

  private static RowLayout layout(FieldType type) {
    return RowLayout.of(RecordSchema.of(Field.optional("v", type)));
  }

  private static Setter text(String value) {
    return (builder, row) -> builder.setString(layout(FieldType.STRING), row, 0, value);
  }

  private static Setter number(long value) {
    return (builder, row) -> builder.setLong(layout(FieldType.LONG), row, 0, value);
  }

  private static Setter integer(int value) {
    return (builder, row) -> builder.setInt(layout(FieldType.INT), row, 0, value);
  }

  private static Setter floating(float value) {
    return (builder, row) -> builder.setFloat(layout(FieldType.FLOAT), row, 0, value);
  }

  private static Setter floating(double value) {
    return (builder, row) -> builder.setDouble(layout(FieldType.DOUBLE), row, 0, value);
  }

  private static Setter bool(boolean value) {
    return (builder, row) -> builder.setBoolean(layout(FieldType.BOOLEAN), row, 0, value);
  }

  private static Setter decimal(FieldType type, String value) {
    return (builder, row) -> builder.setDecimal(layout(type), row, 0, new BigDecimal(value));
  }

  private static final FieldType NUMBERS =
      new FieldType.ArrayType(Field.optional("element", FieldType.LONG));

  private static Setter array(Long... values) {
    return (builder, row) -> {
      int array = builder.beginArray();
      for (Long value : values) {
        if (value == null) {
          builder.appendNullElement(array);
        } else {
          builder.beginFixedElement(array);
          builder.appendLong(value);
        }
      }
      builder.endVariable(layout(NUMBERS), row, 0, array);
    };
  }

  private static final RecordSchema POINT =
      RecordSchema.of(Field.optional("x", FieldType.LONG), Field.optional("y", FieldType.STRING));
  private static final FieldType OBJECT = new FieldType.ObjectType(POINT);

  private static Setter point(Long x, String y) {
    return (builder, row) -> {
      RowLayout nested = layout(OBJECT).object(0);
      int start = builder.beginRow(nested);
      if (x != null) {
        builder.setLong(nested, start, 0, x);
      }
      if (y != null) {
        builder.setString(nested, start, 1, y);
      }
      builder.endVariable(layout(OBJECT), row, 0, start);
    };
  }

  static Stream<Arguments> risingValues() {
    FieldType large = FieldType.decimal(30, 2);
    FieldType small = FieldType.decimal(12, 2);
    return Stream.of(
        rising(FieldType.BOOLEAN, bool(false), bool(true)),
        rising(
            FieldType.INT, integer(Integer.MIN_VALUE), integer(-1), integer(0), integer(1 << 30)),
        rising(FieldType.LONG, number(Long.MIN_VALUE), number(-1), number(255), number(256)),
        rising(
            FieldType.FLOAT,
            floating(Float.NEGATIVE_INFINITY),
            floating(-0.0f),
            floating(0.0f),
            floating(1e30f),
            floating(Float.NaN)),
        rising(
            FieldType.DOUBLE,
            floating(-1e300),
            floating(-0.0),
            floating(0.0),
            floating(Double.POSITIVE_INFINITY),
            floating(Double.NaN)),
        // By code points, as other engines have it: UTF-16 would have the last two the other way.
        rising(
            FieldType.STRING,
            text(""),
            text("A"),
            text("a"),
            text("aa"),
            text("b"),
            text("ä"),
            text("\uFFFD"),
            text("😀")),
        rising(small, decimal(small, "-100.00"), decimal(small, "-99.99"), decimal(small, "0.01")),
        // By their values: the bytes of -1 are greater than those of 1, and 2 begins after 128.
        rising(
            large,
            decimal(large, "-300000000000000000000.00"),
            decimal(large, "-0.01"),
            decimal(large, "0.02"),
            decimal(large, "1.28"),
            decimal(large, "300000000000000000000.00")),
        rising(
            NUMBERS,
            array(),
            array((Long) null),
            array(1L),
            array(1L, null),
            array(1L, 0L),
            array(2L)),
        rising(
            OBJECT,
            point(null, "z"),
            point(1L, null),
            point(1L, "a"),
            point(1L, "b"),
            point(2L, "a")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("risingValues")
  void ordersTheValuesOfEachTypeNullFirst(FieldType type, List<Setter> values) {
    RowLayout layout = layout(type);
    List<byte[]> rows = new ArrayList<>();
    rows.add(row(layout, (builder, row) -> {}));
    values.forEach(value -> rows.add(row(layout, value)));
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.size(); j++) {
        assertThat(
            type + ": " + i + " and " + j,
            Integer.signum(RowOrder.compare(layout, rows.get(i), 0, rows.get(j), 0)),
            is(Integer.compare(i, j)));
      }
    }
  }

  private static byte[] row(RowLayout layout, Setter value) {
    RowBuilder builder = new RowBuilder(64);
    value.accept(builder, builder.beginRow(layout));
    return Arrays.copyOf(builder.bytes(), builder.length());
  }

  private static final RowLayout PAIR =
      RowLayout.of(
          RecordSchema.of(
              Field.optional("a", FieldType.STRING), Field.optional("b", FieldType.STRING)));

  /** A row at some place of a buffer, its fields written in one order or the other. */
  private static RowBuilder pair(int offset, String a, String b, boolean lastFirst) {
    RowBuilder builder = new RowBuilder(64);
    builder.append(new byte[offset], 0, offset);
    int row = builder.beginRow(PAIR);
    for (int field : lastFirst ? new int[] {1, 0} : new int[] {0, 1}) {
      builder.setString(PAIR, row, field, field == 0 ? a : b);
    }
    return builder;
  }

  @Test
  void theFirstFieldThatDiffersDecides() {
    byte[] low = pair(0, "a", "z", false).bytes();
    byte[] high = pair(0, "b", "a", false).bytes();
    assertThat(RowOrder.compare(PAIR, low, 0, high, 0) < 0, is(true));
    assertThat(RowOrder.compareField(PAIR, 1, low, 0, high, 0) > 0, is(true));
  }

  @Test
  void neitherThePlaceNorTheOrderOfWritingMatters() {
    byte[] one = pair(0, "left", "right", false).bytes();
    byte[] other = pair(5, "left", "right", true).bytes();
    assertThat(RowOrder.compare(PAIR, one, 0, other, 5), is(0));
    assertThat(RowOrder.compare(PAIR, other, 5, one, 0), is(0));
  }

  @Test
  void comparesFieldsOfTwoLayouts() {
    RowLayout single = layout(FieldType.STRING);
    byte[] probe = row(single, text("m"));
    byte[] row = pair(3, "a", "n", false).bytes();
    assertThat(RowOrder.compareFields(single, 0, probe, 0, PAIR, 1, row, 3) < 0, is(true));
    assertThat(RowOrder.compareFields(single, 0, probe, 0, PAIR, 0, row, 3) > 0, is(true));
    assertThat(
        RowOrder.compareFields(PAIR, 1, row, 3, single, 0, row(single, text("n")), 0), is(0));
  }

  @Test
  void comparesNumbersOfTwoLayouts() {
    RowLayout single = layout(FieldType.LONG);
    RowLayout second =
        RowLayout.of(
            RecordSchema.of(
                Field.optional("a", FieldType.INT), Field.optional("b", FieldType.LONG)));
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(second);
    builder.setInt(second, row, 0, 100);
    builder.setLong(second, row, 1, 7);
    for (long value : new long[] {6, 7, 8}) {
      byte[] probe = row(single, number(value));
      assertThat(
          RowOrder.compareFields(single, 0, probe, 0, second, 1, builder.bytes(), row),
          is(Long.compare(value, 7)));
    }
  }

  @Test
  void sortsWhateverTheOrderOfArrival() {
    RowLayout layout = layout(FieldType.LONG);
    List<byte[]> rows = new ArrayList<>();
    for (long value = -50; value < 50; value++) {
      rows.add(row(layout, number(value)));
    }
    Collections.shuffle(rows, new Random(2));
    rows.sort((a, b) -> RowOrder.compare(layout, a, 0, b, 0));
    for (int i = 0; i < rows.size(); i++) {
      assertThat(layout.longAt(rows.get(i), 0, 0), is(i - 50L));
    }
  }
}
