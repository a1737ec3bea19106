package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.suite.AccountHistory.Account;
import org.beammedallion.pipelines.suite.AccountHistory.Change;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Inserts, updates and deletes that arrive in any order leave the history that the source's log
 * tells, and beside it, in type 1, what there is in the end.
 */
class DimensionOfChangesTest {

  private static final int CYCLES = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "DEBEZIUM_JSON, FLINK",
    "DEBEZIUM_AVRO, DIRECT",
    "DMS_CSV, SPARK",
    "DMS_PARQUET, FLINK"
  })
  void deletesEndWhatHeld(ChangeLog log, Runner runner) throws Exception {
    Random random = new Random(3);
    AccountHistory history = AccountHistory.of(3, 30, 300);
    Path pipeline = log.pipeline(folder.resolve("input"));
    Files.writeString(
        pipeline,
        Files.readString(pipeline).replaceAll("(?s)gold:.*", "")
            + """
            gold:
            - table: dim_account
              kind: dimension
              type: 2
              columns: [email, owner]
              track: email
              validFrom: changed_at
            - table: account_now
              kind: dimension
              type: 1
              columns: [email, owner]
            """);
    List<Path> files = new ArrayList<>(log.write(history, folder.resolve("files"), 6, random));
    Collections.shuffle(files, random);
    Lake lake = new Lake(folder.resolve("lake"));
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      for (Path file :
          files.subList(files.size() * cycle / CYCLES, files.size() * (cycle + 1) / CYCLES)) {
        Files.move(file, folder.resolve("input/data").resolve(file.getFileName()));
      }
      assertThat(lake.cycle(pipeline, runner).rejected(), equalTo(Map.of()));
    }
    assertThat(
        SparkTables.rows(
            "SELECT id, email, owner, unix_micros(valid_from), unix_micros(valid_to), is_current FROM "
                + lake.table("gold", "dim_account")
                + " ORDER BY id, valid_from"),
        equalTo(expected(history)));
    assertThat(
        "every version has a surrogate key of its own",
        SparkTables.rows(
                "SELECT account_key FROM "
                    + lake.table("gold", "dim_account")
                    + " GROUP BY 1 HAVING COUNT(*) > 1")
            .isEmpty(),
        is(true));
    assertThat(
        lake.read("gold", "account_now").orderBy("id").text("id", "email", "owner"),
        equalTo(lake.read("silver", "accounts").orderBy("id").text("id", "email", "owner")));
  }

  /** What is known of an account from a time on; no account where it is deleted. */
  private record Version(long from, @Nullable Account account) {
    @Nullable String email() {
      return account == null ? null : account.email();
    }
  }

  private static List<List<String>> expected(AccountHistory history) {
    Map<Long, List<Version>> byId = new TreeMap<>();
    for (Change change : history.changes()) {
      boolean delete = change.operation() == 'd';
      Account account = delete ? change.before() : change.after();
      List<Version> versions = byId.computeIfAbsent(account.id(), id -> new ArrayList<>());
      long time = delete ? change.millis() * 1000 : account.changedAt();
      int last = versions.size() - 1;
      long from = last < 0 ? time : Math.max(time, versions.get(last).from());
      if (last >= 0 && versions.get(last).from() == from) {
        versions.remove(last);
      }
      versions.add(new Version(from, delete ? null : account));
    }
    List<List<String>> rows = new ArrayList<>();
    byId.forEach((id, versions) -> addRows(id, versions, rows));
    return rows;
  }

  private static void addRows(long id, List<Version> versions, List<List<String>> rows) {
    String owner = null;
    for (Version version : versions) {
      owner = version.account() == null ? owner : version.account().owner();
    }
    for (int i = 0; i < versions.size(); ) {
      Version first = versions.get(i++);
      if (first.account() == null) {
        continue;
      }
      while (i < versions.size()
          && versions.get(i).account() != null
          && Objects.equals(versions.get(i).email(), first.email())) {
        i++;
      }
      boolean current = i == versions.size();
      rows.add(
          List.of(
              Long.toString(id),
              String.valueOf(first.email()),
              String.valueOf(owner),
              Long.toString(first.from()),
              current ? "null" : Long.toString(versions.get(i).from()),
              Boolean.toString(current)));
    }
  }
}
