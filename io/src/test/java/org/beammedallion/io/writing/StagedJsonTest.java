package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.RejectExample;
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
    StageResult result = StageResult.NONE.plus(StageResult.ofFiles(List.of(file), 5));
    DataFile back = StagedJson.decode(StagedJson.encode(result)).files().get(0);
    assertThat(back, is(file));
  }

  /** A cycle may be staged by one version of the program and committed by a later one. */
  @Test
  void readsWhatAnEarlierVersionStaged() {
    String earlier =
        """
        {"accepted":9,"measures":[3],"landed":[],"keyed":8,"published":5,"duplicate":2,"replaced":1,
        "quarantine":[{"uri":"q","reason":"LATE","letters":2,"bytes":9}],"files":[],"removed":["a.parquet"],"touched":[4,6],"ignored":7,
        "deletes":{"changes":1,"rows":1,"files":[],"forgotten":[]}}
        """;
    StageResult result = StagedJson.decode(earlier.getBytes(StandardCharsets.UTF_8));
    assertThat(result.accepted(), is(9L));
    assertThat(result.measures()[0], is(3L));
    assertThat(result.rows().keyed(), is(8L));
    assertThat(result.published(), is(5L));
    assertThat(result.rows().duplicate(), is(2L));
    assertThat(result.rows().replaced(), is(1L));
    assertThat(result.removed(), is(List.of("a.parquet")));
    assertThat(result.touched().isEmpty(), is(false));
    assertThat(result.ignored(), is(7L));
    assertThat(result.rejected(), is(Map.of(Reason.LATE, 2L)));
    assertThat(result.examples(), is(Map.of()));
    assertThat(result.deletes().changes(), is(1L));
    assertThat(result.rows().repeats().length, is(0));
    assertThat(result.versions(), is(List.of()));
    assertThat(result.upsert(), is(UpsertFigures.NONE));
    assertThat(result.marks(), is(List.of()));
    assertThat(result.unknownFields(), is(Map.of()));
  }

  @Test
  void theFirstLetterOfAReasonIsThatOfAllFiles() {
    RejectExample first = new RejectExample("wrong", "file:///a", 3);
    StageResult result = StageResult.NONE;
    for (RejectExample each :
        List.of(
            new RejectExample("wrong", "file:///b", 1),
            first,
            new RejectExample("x", "file:///a", 4))) {
      result =
          result.plus(
              StageResult.ofQuarantine(
                  List.of(new QuarantineFile("q", Reason.MALFORMED, 1, 9, each))));
    }
    assertThat(
        StagedJson.decode(StagedJson.encode(result)).examples(),
        is(Map.of(Reason.MALFORMED, first)));
  }

  @Test
  void namesInJsonStay() throws IOException {
    List<String> names = new ArrayList<>();
    new ObjectMapper()
        .readTree(StagedJson.encode(StageResult.NONE))
        .fieldNames()
        .forEachRemaining(names::add);
    assertThat(
        names,
        is(
            List.of(
                "accepted",
                "measures",
                "landed",
                "keyed",
                "published",
                "duplicate",
                "replaced",
                "quarantine",
                "files",
                "removed",
                "touched",
                "ignored",
                "deletes",
                "repeats",
                "unknownFields",
                "versions",
                "upsert",
                "marks")));
  }
}
