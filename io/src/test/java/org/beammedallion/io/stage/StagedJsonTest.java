package org.beammedallion.io.stage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.junit.jupiter.api.Test;

class StagedJsonTest {

  @Test
  void boundsComeBackWithTheirTypes() {
    List<ColumnStatistics> statistics =
        List.of(
            new ColumnStatistics(List.of("at"), -1L, Long.MAX_VALUE, 0),
            new ColumnStatistics(
                List.of("amount"), new BigDecimal("-1.50"), new BigDecimal("99999999999.99"), 1),
            new ColumnStatistics(List.of("address", "zip"), "", "🚀", 2),
            new ColumnStatistics(List.of("rate"), -0.0, Double.MAX_VALUE, 3),
            new ColumnStatistics(List.of("flag"), false, true, 4),
            new ColumnStatistics(List.of("nothing"), null, null, 5));
    DataFile file = new DataFile("a=1/f.parquet", Map.of("a", "1"), 5, 100, statistics);
    StageResult result = StageResult.NONE.plus(resultWith(file));
    DataFile back = StagedJson.decode(StagedJson.encode(result)).files().get(0);
    assertThat(back, is(file));
  }

  private static StageResult resultWith(DataFile file) {
    return new StageResult(
        0,
        new long[0],
        List.of(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(file),
        List.of(),
        TouchedPanes.NONE);
  }
}
