package org.beammedallion.io.table.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;

class DeltaStatisticsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("text", FieldType.STRING),
          Field.optional("at", FieldType.TIMESTAMP),
          Field.optional("amount", FieldType.decimal(38, 10)),
          Field.optional("day", FieldType.DATE),
          Field.optional("rate", FieldType.DOUBLE),
          Field.optional(
              "address", new ObjectType(RecordSchema.of(Field.optional("zip", FieldType.INT)))));

  private static String json(ColumnStatistics... columns) {
    return DeltaStatistics.write(
        new DataFile("f", Map.of(), 9, 1, List.of(columns)), SCHEMA, FieldIds.NONE);
  }

  private static ColumnStatistics parsed(ColumnStatistics column) {
    return DeltaStatistics.parse(json(column), SCHEMA, FieldIds.NONE).columns().get(0);
  }

  @Test
  void writesWhatTheProtocolDescribes() {
    assertThat(
        json(
            new ColumnStatistics(List.of("at"), 1_793_491_200_123_456L, 1_793_491_200_123_456L, 0),
            new ColumnStatistics(
                List.of("amount"), new BigDecimal("-1.0000000001"), new BigDecimal("1E+20"), 1),
            new ColumnStatistics(List.of("day"), 20_758L, 20_758L, 0),
            new ColumnStatistics(List.of("rate"), Double.NEGATIVE_INFINITY, 0.5, 0),
            new ColumnStatistics(List.of("address", "zip"), 1L, 2L, 3)),
        is(
            "{\"numRecords\":9,"
                + "\"minValues\":{\"at\":\"2026-11-01T00:00:00.123Z\",\"amount\":-1.0000000001,\"day\":\"2026-11-01\","
                + "\"address\":{\"zip\":1}},"
                + "\"maxValues\":{\"at\":\"2026-11-01T00:00:00.124Z\",\"amount\":100000000000000000000,"
                + "\"day\":\"2026-11-01\",\"rate\":0.5,\"address\":{\"zip\":2}},"
                + "\"nullCount\":{\"at\":0,\"amount\":1,\"day\":0,\"rate\":0,\"address\":{\"zip\":3}}}"));
  }

  @Test
  void cutsLongTextsDownAndUp() {
    String text = "é".repeat(31) + "🚀🚀";
    ColumnStatistics cut = parsed(new ColumnStatistics(List.of("text"), text, text, 0));
    assertThat(cut.min(), is("é".repeat(31) + "🚀"));
    assertThat(cut.max(), is("é".repeat(31) + "🚀" + Character.toString(Character.MAX_CODE_POINT)));
    String last = Character.toString(Character.MAX_CODE_POINT).repeat(40);
    assertThat(parsed(new ColumnStatistics(List.of("text"), last, last, 0)).max(), is(last));
  }

  @Property
  void boundsHoldAfterTheRoundTrip(@ForAll @StringLength(max = 80) String text) {
    String valid =
        new String(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8);
    ColumnStatistics column = parsed(new ColumnStatistics(List.of("text"), valid, valid, 0));
    assertThat(column.mayHold(valid, valid), is(true));
    assertThat(column.nullCount(), is(0L));
  }

  @Property
  void timesHoldAfterTheRoundTrip(
      @ForAll @LongRange(min = -60_000_000_000_000_000L, max = 250_000_000_000_000_000L)
          long micros) {
    ColumnStatistics column = parsed(new ColumnStatistics(List.of("at"), micros, micros, 0));
    assertThat(column.mayHold(micros, micros), is(true));
    assertThat(column.mayHold(micros + 2_000, null), is(false));
    assertThat(column.mayHold(null, micros - 1_000), is(false));
  }

  @Test
  void whatItDoesNotUnderstandIsUnknownAndNeverWrong() {
    assertThat(DeltaStatistics.parse(null, SCHEMA, FieldIds.NONE).columns(), empty());
    assertThat(DeltaStatistics.parse("{broken", SCHEMA, FieldIds.NONE).rows(), is(-1L));
    List<ColumnStatistics> columns =
        DeltaStatistics.parse(
                "{\"numRecords\":3,\"minValues\":{\"at\":\"yesterday\",\"text\":7,\"gone\":1},\"nullCount\":{\"text\":2}}",
                SCHEMA,
                FieldIds.NONE)
            .columns();
    assertThat(
        columns,
        contains(
            new ColumnStatistics(List.of("text"), null, null, 2),
            new ColumnStatistics(List.of("at"), null, null, -1)));
  }

  @Test
  void pathsComeBackAsTheyWere() {
    for (String path :
        List.of("a=b/c d", "100%", "%20", "Ω/東京🚀", "p=x%2Fy/part-1.parquet", "a+b&c")) {
      assertThat(DeltaPaths.decoded(DeltaPaths.encoded(path)), is(path));
    }
    assertThat(DeltaPaths.encoded("p=a b/é%.parquet"), is("p=a%20b/%C3%A9%25.parquet"));
  }
}
