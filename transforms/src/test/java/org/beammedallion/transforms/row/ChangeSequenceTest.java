package org.beammedallion.transforms.row;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeSequenceTest {

  private static final String PLACE = "00000000000000%02x.1.00000000000000%02x";

  private static int compare(ChangeSequence order, String a, String b) {
    byte[] x = a.getBytes(StandardCharsets.UTF_8);
    byte[] y = b.getBytes(StandardCharsets.UTF_8);
    int result = Integer.signum(order.compare(x, 0, x.length, y, 0, y.length));
    assertThat(Integer.signum(order.compare(y, 0, y.length, x, 0, x.length)), is(-result));
    return result;
  }

  private static int compare(String a, String b) {
    return compare(ChangeSequence.of(), a, b);
  }

  private static boolean isOfAnotherLog(String later, String other) {
    return isOfAnotherLog(ChangeSequence.of(), later, other);
  }

  private static boolean isOfAnotherLog(ChangeSequence order, String later, String other) {
    byte[] x = later.getBytes(StandardCharsets.UTF_8);
    byte[] y = other.getBytes(StandardCharsets.UTF_8);
    return order.isOfAnotherLog(x, 0, x.length, y, 0, y.length);
  }

  private static String change(int place, long millis, String server) {
    return String.format(PLACE + "/%012x%012xc%s", place, place, millis, millis + 50, server);
  }

  private static String snapshot(int place, long millis) {
    return String.format(
        "00000000000000%02x.0.00000000000000%02x/%012x%012xr", place, place, millis, millis);
  }

  @Test
  void ordersByThePlaceAlone() {
    assertThat(compare(change(1, 9_000, ""), change(2, 1_000, "")), is(lessThan(0)));
    assertThat(compare(change(1, 9_000, "a"), change(1, 1_000, "b")), is(0));
  }

  @Test
  void rowsOfTablesThatAreThereKeepTheirPlace() {
    String earlier = String.format(PLACE, 1, 1);
    assertThat(compare(earlier, change(1, 5, "")), is(0));
    assertThat(compare(earlier, change(2, 5, "")), is(lessThan(0)));
    assertThat(compare(earlier, snapshot(1, 5)), is(greaterThan(0)));
    assertThat(isOfAnotherLog(change(1, 1_000_000, ""), String.format(PLACE, 9, 9)), is(false));
  }

  @Test
  void aTimeNeverOutranksAPlace() {
    String byTime = "0000019a4e4f24e8.1.1.jsonl 0000000000000000";
    assertThat(compare(byTime, change(1, 5, "")), is(lessThan(0)));
    assertThat(compare(byTime, "0000019a4e4f24e9.1.1.jsonl 0000000000000000"), is(lessThan(0)));
  }

  @Test
  void anEpochPrecedesThePlace() {
    ChangeSequence order = ChangeSequence.of(5_000);
    String confirmed = "~000000001388." + change(1, 6_000, "");
    assertThat(compare(order, confirmed, change(9, 4_000, "")), is(greaterThan(0)));
    assertThat(compare(order, confirmed, String.format(PLACE, 9, 9)), is(greaterThan(0)));
    assertThat(
        "written before it was confirmed",
        compare(order, change(1, 6_000, ""), change(9, 4_000, "")),
        is(greaterThan(0)));
    assertThat("as bytes", confirmed.compareTo(change(9, 4_000, "")), is(greaterThan(0)));
    assertThat(isOfAnotherLog(order, change(1, 60_000, ""), change(9, 4_000, "")), is(false));
    assertThat(isOfAnotherLog(order, change(1, 60_000, ""), change(9, 10_000, "")), is(true));
  }

  @ParameterizedTest
  @CsvSource({
    // The place falls and the time rises.
    "9, 1000, 1, 3600000, true",
    // By less than a margin: clocks are set.
    "9, 1000, 1, 5000, false",
    "9, 1000, 1, 6001, true",
    // The place rises.
    "1, 1000, 9, 3600000, false",
    // Both fall: a change that comes late.
    "9, 3600000, 1, 1000, false",
    // The same place at another time.
    "1, 1000, 1, 3600000, true",
    "1, 1000, 1, 1000, false"
  })
  void noticesAnotherLog(
      int place, long millis, int laterPlace, long laterMillis, boolean noticed) {
    assertThat(
        isOfAnotherLog(change(laterPlace, laterMillis, ""), change(place, millis, "")),
        is(noticed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m7,aaaa | m7,aaaa | false", // A long statement has the time of its start.
        "m7,aaaa | m8,aaaa | true",
        "m7,aaaa | m7,bbbb | true",
        "m7,     | m7,     | false",
        "m7,     | m8,     | true",
        "m,aaaa  | m,bbbb  | true",
        "m,aaaa  | m,aaaa  | false",
        "m7,     | m7,bbbb | false",
        "m,      | m,      | true",
        "m7,     | m,bbbb  | true"
      })
  void whereServersAreToldOnlyAnotherOnesLogIsAnother(
      String server, String laterServer, boolean noticed) {
    assertThat(
        isOfAnotherLog(change(1, 3_600_000, laterServer), change(9, 1_000, server)), is(noticed));
  }

  @Test
  void aSnapshotsRowIsReadAfterItsPlaceAndBeforeWhatFollows() {
    // Read three hours after its place; the log was read on afterwards.
    String read = snapshot(5, 10_000_000);
    String streamed = String.format(PLACE + "/%012x%012xc", 6, 6, 2_000, 11_000_000);
    assertThat(isOfAnotherLog(read, streamed), is(false));
    // The other log's snapshot was read after that of the first was read on.
    assertThat(isOfAnotherLog(snapshot(5, 20_000_000), streamed), is(true));
    assertThat(isOfAnotherLog(change(1, 20_000_000, ""), read), is(true));
    assertThat(
        "a snapshot that began again", isOfAnotherLog(snapshot(5, 30_000_000), read), is(false));
  }

  /** As after RESET MASTER, where the places of a log begin again. */
  @Test
  void aSnapshotAtThePlaceOfAChangeIsOfAnotherLog() {
    assertThat(isOfAnotherLog(snapshot(5, 20_000_000), change(5, 1_000, "")), is(true));
    String binlog = "%032d".formatted(1).replaceFirst("(.{16})", "$1.");
    assertThat(
        isOfAnotherLog(
            binlog + ".0.%016x/%012x%012xr".formatted(0, 9_000_000, 9_000_000),
            binlog + ".1.%016x/%012x%012xcm7,".formatted(0, 1_000, 1_000)),
        is(true));
  }

  /** SQL Server and Db2: a snapshot tells the last commit, which may be the row's own. */
  @Test
  void aSnapshotOfAChangesCommitIsOlderThanTheChange() {
    String commit = "%032x".formatted(0x2a);
    String read = commit + ".0.%032x.%016x/%012x%012xr".formatted(0, 0, 9_000_000, 9_000_000);
    String change = commit + ".1.%032x.%016x/%012x%012xc".formatted(3, 1, 1_000, 1_000);
    assertThat(isOfAnotherLog(read, change), is(false));
    assertThat(compare(read, change), is(lessThan(0)));
    String later = "%032x".formatted(0x2b) + change.substring(32);
    assertThat(isOfAnotherLog(read, later), is(true));
  }
}
