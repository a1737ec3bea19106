package org.beammedallion.io.keys;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LaneRangesTest {

  @Property
  void everyValueIsHeld(
      @ForAll @Size(min = 1, max = 200) List<Long> values,
      @ForAll @Size(min = 1, max = 50) List<Long> more,
      @ForAll @IntRange(min = 2, max = 20) int most) {
    LaneRangesBuilder first = new LaneRangesBuilder(most);
    values.forEach(first::add);
    LaneRangesBuilder second = new LaneRangesBuilder(most);
    more.forEach(second::add);
    LaneRangesBuilder both = new LaneRangesBuilder(most);
    both.add(first.build());
    both.add(second.build());
    LaneRanges ranges = both.build();
    assertThat(ranges.starts().length, lessThanOrEqualTo(most));
    for (long value : values) {
      assertThat(ranges.mayHold(value, value), is(true));
    }
    for (long value : more) {
      assertThat(ranges.mayHold(value, value), is(true));
    }
    for (int i = 1; i < ranges.starts().length; i++) {
      assertThat(ranges.mayHold(ranges.ends()[i - 1] + 1, ranges.starts()[i] - 1), is(false));
    }
  }

  @Test
  void theWidestGapsAreLeftOut() {
    LaneRangesBuilder builder = new LaneRangesBuilder(3);
    for (long cluster : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE - 1_000_000}) {
      for (long i = 0; i < 100_000; i++) {
        builder.add(cluster + i * 10);
      }
    }
    LaneRanges ranges = builder.build();
    assertThat(ranges.starts().length, is(3));
    assertThat(ranges.mayHold(1_000_000, Long.MAX_VALUE - 1_000_001), is(false));
    assertThat(ranges.mayHold(Long.MIN_VALUE + 1_000_000, -1), is(false));
  }

  @Test
  void ofGapsAsWideAsEachOtherSomeAreLeftOut() {
    LaneRangesBuilder builder = new LaneRangesBuilder(10);
    for (long i = 0; i < 1_000; i++) {
      builder.add(i * 100);
    }
    assertThat(builder.build().starts().length, is(10));
  }
}
