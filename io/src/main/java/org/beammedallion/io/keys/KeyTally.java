package org.beammedallion.io.keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes rows and tells the ranges that hold their keys. Not thread-safe. */
public final class KeyTally {

  private final KeyLanes lanes;
  private final LaneRangesBuilder[] builders;

  public KeyTally(KeyLanes lanes) {
    this.lanes = lanes;
    builders = new LaneRangesBuilder[lanes.count()];
    Arrays.setAll(builders, lane -> new LaneRangesBuilder(LaneRanges.MOST));
  }

  public void add(byte[] bytes, int row) {
    for (int lane = 0; lane < builders.length; lane++) {
      if (lanes.isNull(bytes, row, lane)) {
        builders[lane].addNull();
      } else {
        builders[lane].add(lanes.at(bytes, row, lane));
      }
    }
  }

  /** By lane. */
  public List<LaneRanges> ranges() {
    List<LaneRanges> ranges = new ArrayList<>();
    for (LaneRangesBuilder builder : builders) {
      ranges.add(builder.build());
    }
    return ranges;
  }
}
