package org.beammedallion.pipelines.suite;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What happened to the accounts of a bank, by chance: a snapshot, then inserts, updates, deletes.
 */
final class AccountHistory {

  private static final long FIRST_LSN = 24_000_000;
  private static final long FIRST_MILLIS = 1_762_160_400_000L;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** A row of the source's table. */
  record Account(
      long id, String owner, String email, BigDecimal balance, int openedOn, long changedAt) {

    /** As {@link #rows} gives it. */
    List<String> asText() {
      return List.of(
          Long.toString(id),
          owner,
          String.valueOf(email),
          balance.toPlainString(),
          Integer.toString(openedOn),
          Long.toString(changedAt));
    }
  }

  /** Reads silver the way {@link Account#asText} writes it. */
  static List<List<String>> rows(Lake lake) {
    return lake.read("silver", "accounts")
        .orderBy("id")
        .textWithEpochs("id", "owner", "email", "balance", "opened_on", "changed_at");
  }

  /**
   * A change as a database logs it.
   *
   * @param operation Debezium's letter
   * @param lsn rises with each change
   * @param lastCommit before the change
   */
  record Change(
      char operation, Account before, Account after, long lsn, long lastCommit, long millis) {}

  private final Random random;
  private final List<Change> changes = new ArrayList<>();
  private final Map<Long, Account> table = new TreeMap<>();
  private long lsn = FIRST_LSN;
  private long lastCommit = FIRST_LSN;
  private long millis = FIRST_MILLIS;

  private AccountHistory(long seed) {
    random = new Random(seed);
  }

  /**
   * Makes a history.
   *
   * @param count number of changes after the snapshot
   */
  static AccountHistory of(long seed, int keys, int count) {
    AccountHistory history = new AccountHistory(seed);
    for (long id = 0; id < keys / 2; id++) {
      Account account = history.account(id);
      history.table.put(id, account);
      history.changes.add(new Change('r', null, account, FIRST_LSN, FIRST_LSN, FIRST_MILLIS));
    }
    for (int i = 0; i < count; i++) {
      history.change(history.random.nextInt(keys));
    }
    return history;
  }

  private Account account(long id) {
    return new Account(
        id,
        "owner " + random.nextInt(1000) + " \"ö\"",
        random.nextInt(3) == 0 ? null : "a" + random.nextInt(100) + "@example.com",
        BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 2),
        20_000 + random.nextInt(400),
        FIRST_MILLIS * 1000 + random.nextLong(3 * MICROS_PER_DAY));
  }

  private void change(long id) {
    lsn += 8 + random.nextInt(200);
    millis += random.nextInt(3);
    Account before = table.get(id);
    if (before == null) {
      Account after = account(id);
      table.put(id, after);
      add('c', null, after);
    } else if (random.nextInt(4) == 0) {
      table.remove(id);
      add('d', before, null);
    } else {
      Account after = account(id);
      table.put(id, after);
      add('u', before, after);
    }
    if (random.nextBoolean()) {
      lsn += 16;
      lastCommit = lsn;
    }
  }

  private void add(char operation, Account before, Account after) {
    changes.add(new Change(operation, before, after, lsn, lastCommit, millis));
  }

  /** In the source's order. */
  List<Change> changes() {
    return changes;
  }

  /** The table in the end. */
  List<List<String>> table() {
    return table.values().stream().map(Account::asText).toList();
  }
}
