package org.beammedallion.io.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionerTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("at", FieldType.TIMESTAMP),
          Field.optional("date", FieldType.DATE),
          Field.optional("country", FieldType.STRING),
          Field.optional("number", FieldType.LONG),
          Field.optional("flag", FieldType.BOOLEAN),
          Field.optional("amount", FieldType.decimal(9, 2)));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);

  private static Partitioner by(String... fields) {
    return Partitioner.of(
        List.of(fields).stream().map(PartitionField::parse).toList(), LAYOUT, EmptyText.NULL);
  }

  private static long micros(String instant) {
    Instant parsed = Instant.parse(instant);
    return parsed.getEpochSecond() * 1_000_000L + parsed.getNano() / 1_000;
  }

  private static Partition partition(Partitioner partitioner, long at, String country) {
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(LAYOUT);
    builder.setLong(LAYOUT, row, 0, at);
    builder.setInt(LAYOUT, row, 1, (int) LocalDate.of(1969, 2, 3).toEpochDay());
    builder.setString(LAYOUT, row, 2, country);
    builder.setLong(LAYOUT, row, 3, Long.MIN_VALUE);
    builder.setBoolean(LAYOUT, row, 4, true);
    return partitioner.partition(partitioner.numberOf(builder.bytes(), row));
  }

  @Test
  void timesAreCutInUtcAlsoBefore1970() {
    Partitioner partitioner = by("year(at)", "month(at)", "day(at)", "hour(at)");
    assertThat(
        partition(partitioner, micros("2026-11-01T23:59:59.999999Z"), "x").folder(),
        is("at_year=2026/at_month=2026-11/at_day=2026-11-01/at_hour=2026-11-01-23"));
    assertThat(
        partition(partitioner, micros("0999-01-31T00:00:00Z"), "x").folder(),
        is("at_year=999/at_month=0999-01/at_day=0999-01-31/at_hour=0999-01-31-00"));
    assertThat(
        partition(partitioner, -1, "x").folder(),
        is("at_year=1969/at_month=1969-12/at_day=1969-12-31/at_hour=1969-12-31-23"));
    assertThat(partitioner.count(), is(3));
  }

  @Test
  void valuesStandAsTheyAreAndFoldersEscapeThem() {
    Partitioner partitioner = by("country", "number", "flag", "date");
    Partition partition = partition(partitioner, 0, "a/b=c %Ω");
    assertThat(partition.values().get("country"), is("a/b=c %Ω"));
    assertThat(
        partition.folder(),
        is("country=a%2fb%3dc %25Ω/number=-9223372036854775808/flag=true/date=1969-02-03"));
    assertThat(partition(partitioner, 0, "x".repeat(300)).folder().length() < 120, is(true));
    assertThat(partition(partitioner, 0, "").values().get("country"), nullValue());
  }

  @Test
  void nullsHaveAPartitionOfTheirOwn() {
    Partitioner partitioner = by("day(at)", "number");
    RowBuilder builder = new RowBuilder(64);
    int empty = builder.beginRow(LAYOUT);
    int zero = builder.beginRow(LAYOUT);
    builder.setLong(LAYOUT, zero, 0, 0);
    builder.setLong(LAYOUT, zero, 3, 0);
    int first = partitioner.numberOf(builder.bytes(), empty);
    assertThat(partitioner.numberOf(builder.bytes(), zero), is(first + 1));
    assertThat(
        partitioner.partition(first).folder(),
        is("at_day=__HIVE_DEFAULT_PARTITION__/number=__HIVE_DEFAULT_PARTITION__"));
    assertThat(partitioner.partition(first).values().get("number"), nullValue());
  }

  @Property(tries = 100)
  void equalValuesAlwaysGetTheSameNumber(
      @ForAll @Size(max = 200) List<@LongRange(min = -40, max = 40) Long> days) {
    Partitioner partitioner = by("day(at)", "country");
    Map<String, Integer> seen = new HashMap<>();
    RowBuilder builder = new RowBuilder(64);
    for (long day : days) {
      builder.truncate(0);
      int row = builder.beginRow(LAYOUT);
      @Nullable String country = day % 3 == 0 ? null : "c" + day % 5;
      builder.setLong(LAYOUT, row, 0, day * 86_400_000_000L + 5);
      if (country != null) {
        builder.setString(LAYOUT, row, 2, country);
      }
      int number = partitioner.numberOf(builder.bytes(), row);
      assertThat(seen.getOrDefault(day + "/" + country, number), is(number));
      seen.put(day + "/" + country, number);
      assertThat(
          partitioner.partition(number).values().get("at_day"),
          is(LocalDate.ofEpochDay(day).toString()));
      assertThat(partitioner.partition(number).values().get("country"), is(country));
    }
    assertThat(partitioner.count(), is(seen.size()));
  }

  @Test
  void tableWithoutPartitionsHasOne() {
    Partition partition = partition(by(), 5, "x");
    assertThat(partition.folder(), is(""));
    assertThat(partition.values(), is(Map.of()));
  }

  @Test
  void explainsWhatCannotBeAPartition() {
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> PartitionField.parse("week(at)"))
            .getMessage(),
        containsString("'week' is unknown"));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> by("at")).getMessage(),
        containsString("of a timestamp take"));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> by("hour(date)")).getMessage(),
        containsString("must be a timestamp."));
    assertThrows(IllegalArgumentException.class, () -> by("amount"));
    assertThrows(IllegalArgumentException.class, () -> by("nowhere"));
  }
}
