package org.beammedallion.transforms.decode.change;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.row.RowBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where changes stand in the order of their source. */
class DebeziumOrderTest {

  private static final String ROW = "{\"id\":7,\"full_name\":\"Ada\"}";

  private static RowBatch decode(String record) {
    return DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, RowCheck.NONE)
        .decode(RawBatches.of(record));
  }

  private static DeadLetter reject(String record) {
    return decode(record).rejects().get(0);
  }

  private static String sequence(String source) {
    return sequence("u", source);
  }

  private static String sequence(String operation, String source) {
    return (String)
        Changes.only(
                decode(
                    "{\"after\":"
                        + ROW
                        + ",\"op\":\""
                        + operation
                        + "\",\"source\":"
                        + source
                        + "}"))
            .get("_sequence");
  }

  @Test
  void ordersBySourcesLog() {
    assertThat(sequence("{\"lsn\":99}"), is(lessThan(sequence("{\"lsn\":100}"))));
    assertThat(sequence("r", "{\"lsn\":100}"), is(lessThan(sequence("u", "{\"lsn\":100}"))));
    // A long transaction began before the snapshot and committed behind it.
    assertThat(
        sequence("u", "{\"lsn\":90,\"sequence\":\"[\\\"100\\\",\\\"90\\\"]\"}"),
        is(greaterThan(sequence("r", "{\"lsn\":100}"))));
    assertThat(
        sequence("{\"lsn\":90,\"sequence\":\"[null,\\\"90\\\"]\"}"),
        is(lessThan(sequence("{\"lsn\":100}"))));
  }

  @Test
  void ordersByBinlog() {
    String first = sequence("{\"file\":\"mysql-bin.000009\",\"pos\":500,\"row\":0}");
    assertThat(
        first, is(lessThan(sequence("{\"file\":\"mysql-bin.000009\",\"pos\":500,\"row\":1}"))));
    assertThat(
        first, is(lessThan(sequence("{\"file\":\"mysql-bin.000009\",\"pos\":501,\"row\":0}"))));
    assertThat(first, is(lessThan(sequence("{\"file\":\"mysql-bin.000010\",\"pos\":4}"))));
    assertThat(first, is(lessThan(sequence("{\"file\":\"mysql-bin.1000000\",\"pos\":4}"))));
    assertThat(
        sequence("r", "{\"file\":\"mysql-bin.000009\",\"pos\":500,\"row\":0}"),
        is(lessThan(first)));
  }

  @Test
  void ordersByCommits() {
    String first =
        sequence(
            "{\"commit_lsn\":\"00000027:00000758:000a\",\"change_lsn\":\"00000027:00000758:0005\","
                + "\"event_serial_no\":1}");
    assertThat(
        first,
        is(
            lessThan(
                sequence(
                    "{\"commit_lsn\":\"00000027:00000758:000a\",\"change_lsn\":\"00000027:00000758:0005\","
                        + "\"event_serial_no\":2}"))));
    assertThat(
        first,
        is(
            lessThan(
                sequence(
                    "{\"commit_lsn\":\"00000027:00000758:000b\",\"change_lsn\":\"00000027:00000758:0001\"}"))));
    assertThat(
        sequence("r", "{\"commit_lsn\":\"00000027:00000758:000a\",\"change_lsn\":null}"),
        is(lessThan(first)));
    String oracle =
        sequence("{\"scn\":\"900\",\"commit_scn\":\"1000\",\"rs_id\":\"0x00001.0002.0003\"}");
    assertThat(
        oracle,
        is(
            lessThan(
                sequence(
                    "{\"scn\":\"900\",\"commit_scn\":\"1000\",\"rs_id\":\"0x00001.0002.0004\"}"))));
    assertThat(oracle, is(lessThan(sequence("{\"scn\":\"800\",\"commit_scn\":\"1001\"}"))));
    assertThat(sequence("r", "{\"scn\":\"999\"}"), is(lessThan(oracle)));
  }

  /** Informix writes decimal digits, which have no fixed number. */
  @Test
  void ordersByTheDecimalPositionsOfInformix() {
    String first = sequence("{\"commit_lsn\":\"99\",\"change_lsn\":\"98\",\"begin_lsn\":\"90\"}");
    assertThat(
        first,
        is(lessThan(sequence("{\"commit_lsn\":\"30064771072\",\"change_lsn\":\"30064770000\"}"))));
    assertThat(first, is(greaterThan(sequence("{\"commit_lsn\":\"99\",\"change_lsn\":\"9\"}"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ts_ms\":5}",
        "{\"ts_ms\":5,\"scn\":\"100\",\"commit_scn\":\"200:1,201:2\"}",
        "{\"ts_ms\":5,\"connector\":\"postgresql\",\"lsn\":null}",
        "{\"ts_ms\":5,\"connector\":\"postgresql\",\"lsn\":-1}",
        "{\"ts_ms\":5,\"connector\":\"mysql\",\"pos\":4}",
        "{\"ts_ms\":5,\"connector\":\"mysql\",\"file\":\"binlog\",\"pos\":4}",
        "{\"ts_ms\":5,\"connector\":\"sqlserver\",\"commit_lsn\":\"NULL\"}",
        "{\"ts_ms\":5,\"connector\":\"informix\",\"commit_lsn\":\"-1\",\"change_lsn\":\"-1\"}",
        "{\"ts_ms\":5,\"connector\":\"mongodb\",\"ord\":1}",
      })
  void aTimeIsNoPlace(String source) {
    for (String operation : List.of("u", "r")) {
      DeadLetter letter =
          reject(
              "{\"op\":\""
                  + operation
                  + "\",\"after\":"
                  + ROW
                  + ",\"ts_ms\":6,\"source\":"
                  + source
                  + "}");
      assertThat(letter.reason(), is(Reason.UNSUPPORTED_CHANGE));
      assertThat(letter.detail(), containsString("Its time does not order it"));
    }
    assertThat(
        reject("{\"op\":\"d\",\"before\":{\"id\":1},\"source\":" + source + "}").reason(),
        is(Reason.UNSUPPORTED_CHANGE));
  }
}
