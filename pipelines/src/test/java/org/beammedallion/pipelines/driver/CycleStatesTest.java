package org.beammedallion.pipelines.driver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.io.table.TableVersion.Origin;
import org.junit.jupiter.api.Test;

class CycleStatesTest {

  private static final String SILVER = "medallion/accounts/silver.accounts";
  private static final String DELETES = "medallion/accounts/silver.accounts_deletes";

  /** Versions as a log tells them. */
  private static final class Log implements TableHistory {
    private final String application;
    private final List<TableVersion> versions = new ArrayList<>();
    private boolean whole = true;

    Log(String application) {
      this.application = application;
    }

    Log cycle(long cycle) {
      return add(new Origin(application, cycle), null);
    }

    Log other() {
      return add(null, null);
    }

    Log rolledBack(long to) {
      return add(null, to);
    }

    private Log add(Origin origin, Long rolledBackTo) {
      long number = versions.size();
      versions.add(new TableVersion(number, Instant.EPOCH, "", origin, 0, 0, 0L, 0L, rolledBackTo));
      return this;
    }

    Log forgetting(int oldest) {
      versions.subList(0, oldest).clear();
      whole = false;
      return this;
    }

    @Override
    public List<TableVersion> versions() {
      List<TableVersion> latestFirst = new ArrayList<>(versions);
      Collections.reverse(latestFirst);
      return latestFirst;
    }

    @Override
    public boolean isWhole() {
      return whole;
    }

    @Override
    public TableSnapshot snapshot(long version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<SetBack> setBack(long since, String applicationId, long cycle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CommitResult rollback(long version) {
      throw new UnsupportedOperationException();
    }
  }

  private static Long matching(Log silver, long version, Log deletes) throws IOException {
    return CycleStates.of(silver).matching(version, CycleStates.of(deletes));
  }

  @Test
  void findsTheVersionOfTheSameCycle() throws IOException {
    Log silver = new Log(SILVER).cycle(1).other().cycle(2).cycle(3);
    Log deletes = new Log(DELETES).cycle(1).cycle(2).other().cycle(3);
    assertThat(matching(silver, 0, deletes), is(0L));
    assertThat("another writer's", matching(silver, 1, deletes), is(0L));
    assertThat("the compacted one", matching(silver, 2, deletes), is(2L));
    assertThat(matching(silver, 3, deletes), is(3L));
  }

  @Test
  void goesBackToTheLastCycleThatLeftAVersion() throws IOException {
    Log silver = new Log(SILVER).cycle(1).cycle(2).cycle(3).cycle(4);
    Log deletes = new Log(DELETES).cycle(2).cycle(4);
    assertThat(matching(silver, 2, deletes), is(0L));
    assertThat(matching(silver, 0, deletes), is(CommitRequest.NO_TABLE));
  }

  @Test
  void followsRollbacks() throws IOException {
    Log silver = new Log(SILVER).cycle(1).cycle(2).rolledBack(0).cycle(3).other().rolledBack(1);
    Log deletes = new Log(DELETES).cycle(1).cycle(2).rolledBack(0).cycle(3).rolledBack(1);
    assertThat(matching(silver, 2, deletes), is(2L));
    assertThat(matching(silver, 4, deletes), is(3L));
    assertThat(matching(silver, 5, deletes), is(4L));
  }

  @Test
  void neverTakesWhatWasUndone() throws IOException {
    Log silver = new Log(SILVER).cycle(1).cycle(2).rolledBack(0).cycle(3);
    Log deletes = new Log(DELETES).cycle(2).rolledBack(CommitRequest.NO_TABLE);
    assertThat(matching(silver, 3, deletes), is(CommitRequest.NO_TABLE));
  }

  @Test
  void saysWhereItCannotTell() throws IOException {
    Log silver = new Log(SILVER).cycle(1).cycle(2).cycle(3);
    assertThat(
        "forgotten",
        matching(silver, 0, new Log(DELETES).cycle(1).cycle(2).forgetting(1)),
        is(nullValue()));
    assertThat(
        "the cycle of the version is forgotten",
        matching(new Log(SILVER).cycle(1).other().forgetting(1), 1, new Log(DELETES).cycle(1)),
        is(nullValue()));
    assertThat(
        "somebody restored by time",
        matching(
            new Log(SILVER).cycle(1).cycle(2).rolledBack(TableVersion.UNKNOWN),
            2,
            new Log(DELETES).cycle(1)),
        is(nullValue()));
  }
}
