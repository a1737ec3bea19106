package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.Input;
import org.beammedallion.quality.ledger.Ledger.Records;
import org.beammedallion.quality.ledger.Ledger.SilverEntry;
import org.beammedallion.quality.ledger.RejectExample;
import org.junit.jupiter.api.Test;

/** A ledger is read by versions of the program that were not there when it was written. */
class StoredLedgerTest {

  private static final JsonMapper JSON = LogFiles.COMPACT;

  private static Ledger ledger(Map<Reason, RejectExample> examples, Map<String, Long> companions) {
    return new Ledger(
        "orders",
        3,
        Instant.parse("2026-11-01T08:00:00Z"),
        null,
        "1.0.0",
        1,
        new Input(1, 100, 1, 90, List.of(), List.of(), List.of(), List.of()),
        new Records(5, 3, 0, 0, 0, Map.of(Reason.MALFORMED, 2L), examples, 0, Map.of()),
        new SilverEntry(1, 3, 0, 0, null, companions),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void keepsTheExamplesTheTimeAndTheVersions() throws IOException {
    Ledger ledger =
        ledger(
                Map.of(Reason.MALFORMED, new RejectExample("no JSON", "file:///a", 7)),
                Map.of("silver.o_deletes", 2L))
            .completedAt(Instant.parse("2026-11-01T08:00:12.345Z"));
    assertThat(JSON.readValue(JSON.writeValueAsString(ledger), Ledger.class), is(ledger));
  }

  @Test
  void hasNoVersionsOfTablesThatAreNotThere() throws IOException {
    String text = JSON.writeValueAsString(ledger(Map.of(), Map.of()));
    assertThat(text, not(containsString("companions")));
    assertThat(JSON.readValue(text, Ledger.class), is(ledger(Map.of(), Map.of())));
  }

  @Test
  void hasNoExamplesWhereAnEarlierVersionWroteIt() throws IOException {
    String text = JSON.writeValueAsString(ledger(Map.of(), Map.of()));
    String earlier = text.replace(",\"examples\":{},\"completed\":null", "");
    assertThat("the fields are there", earlier.length() < text.length(), is(true));
    assertThat(JSON.readValue(earlier, Ledger.class), is(ledger(Map.of(), Map.of())));
  }
}
