package org.beammedallion.pipelines.inspect;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;

/** Sorting keeps what a sort of all rows has first, in the memory that it is given. */
class RowQueryTest {

  private static final long MEGABYTE = 1 << 20;

  /** Rows of a number, which may be null, and their number in the source. */
  private record Numbers(List<Integer> numbers) implements RowSource {

    @Override
    public RecordSchema schema() {
      return RecordSchema.of(
          Field.optional("n", FieldType.LONG), Field.optional("at", FieldType.LONG));
    }

    @Override
    public void read(RecordSchema wanted, Visitor visitor) throws IOException {
      KeptRecord record = new KeptRecord(wanted);
      for (int at = 0; at < numbers.size(); at++) {
        record.begin();
        record.number("at", at);
        if (numbers.get(at) >= 0) {
          record.number("n", numbers.get(at));
        }
        if (!record.end(visitor)) {
          return;
        }
      }
    }
  }

  private static List<Long> places(RowQuery query, long limit) throws IOException {
    List<Long> places = new ArrayList<>();
    query.run(limit, MEGABYTE, row -> places.add((Long) row.get("at")));
    return places;
  }

  @Property
  void aLimitKeepsTheFirstRowsOfTheWholeOrder(
      @ForAll @Size(max = 60) List<@IntRange(min = -1, max = 9) Integer> numbers,
      @ForAll @IntRange(min = 0, max = 70) int limit,
      @ForAll boolean descending)
      throws IOException {
    Comparator<Integer> byNumber = Comparator.comparing(numbers::get);
    List<Long> expected =
        java.util.stream.IntStream.range(0, numbers.size())
            .boxed()
            .sorted(descending ? byNumber.reversed() : byNumber)
            .limit(limit)
            .map(Integer::longValue)
            .toList();
    String sort = descending ? "n desc" : "n";
    RowQuery query = RowQuery.of(new Numbers(numbers), List.of("at"), null, List.of(sort));
    assertThat(places(query, limit), is(expected));
  }

  @Property
  void aConditionAndALimitTakeTheFirstThatMatch(
      @ForAll @Size(max = 60) List<@IntRange(min = -1, max = 9) Integer> numbers,
      @ForAll @IntRange(min = 0, max = 70) int limit)
      throws IOException {
    List<Long> expected =
        java.util.stream.IntStream.range(0, numbers.size())
            .filter(at -> numbers.get(at) >= 4)
            .limit(limit)
            .asLongStream()
            .boxed()
            .toList();
    RowQuery query = RowQuery.of(new Numbers(numbers), List.of("at"), "n > 3", List.of());
    assertThat(places(query, limit), is(expected));
  }

  @Test
  void saysThatRowsDoNotFitAndSortsTheFirstOnesAllTheSame() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      numbers.add(i * 31 % 100_000);
    }
    RowQuery query = RowQuery.of(new Numbers(numbers), List.of("at", "n"), null, List.of("-n"));
    TooManyRowsException tooMany =
        assertThrows(TooManyRowsException.class, () -> places(query, Long.MAX_VALUE));
    assertThat(tooMany.getMessage(), containsString("--limit"));
    List<Object> first = new ArrayList<>();
    query.run(3, MEGABYTE, row -> first.add(row.get("n")));
    assertThat(first, is(List.of(99_999L, 99_998L, 99_997L)));
  }
}
