package org.beammedallion.transforms.decode.change;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.row.ChangeSequence;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The place of a Debezium event in the log of its source, whatever its envelope is written in. A
 * change without one has no order: a time is none. Used again for each record; not thread-safe.
 */
public final class ChangeEvent {

  private static final int LSN_DIGITS = ChangeSequence.COMMIT_DIGITS;

  /** Until the year 10889; what is later is no time. */
  private static final long MAX_MILLIS = (1L << (4 * ChangeSequence.TIME_DIGITS)) - 1;

  private static final int MAX_SERVER_UUID = 64;

  private final ChangeRows rows;
  private final RowLayout layout;
  private final RowBuilder builder;
  private final Faults faults;
  private final long[] epochs;
  private final SourceSequence sequence = new SourceSequence();
  private final Map<SourceField, Long> numbers = new EnumMap<>(SourceField.class);
  private final Map<SourceField, String> texts = new EnumMap<>(SourceField.class);
  private @Nullable Long lastCommitLsn;

  /** When the connector processed the event; null where the envelope does not say. */
  public @Nullable Long processedMillis;

  public ChangeEvent(
      ChangeRows rows, DebeziumFormat format, RowLayout layout, RowBuilder builder, Faults faults) {
    this.rows = rows;
    this.layout = layout;
    this.builder = builder;
    this.faults = faults;
    this.epochs = format.epochs().stream().mapToLong(Long::longValue).toArray();
  }

  public void clear() {
    numbers.clear();
    texts.clear();
    lastCommitLsn = null;
    processedMillis = null;
  }

  /** Sets what {@code source} of the envelope says; null and the empty text say nothing. */
  public void set(SourceField field, @Nullable Object value) {
    if (value instanceof Number number) {
      numbers.put(field, number.longValue());
    } else if (value != null && !value.toString().isEmpty()) {
      texts.put(field, value.toString());
    }
  }

  /**
   * Sets {@code source.sequence} of PostgreSQL, a JSON array of two texts: the position of the last
   * commit before the event, and of the event.
   */
  public void postgresSequence(String text) {
    int comma = text.indexOf(',');
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < comma; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      }
    }
    lastCommitLsn =
        digits.isEmpty() || digits.length() > 18 ? null : Long.valueOf(digits.toString());
  }

  /** Writes the sequence into a row, or notes why there is none. */
  public void write(int row, boolean snapshot) {
    sequence.clear();
    Long time = changedAt(snapshot);
    if (epochs.length > 0) {
      if (time == null) {
        faults.unsupported(Operations.NO_EPOCH);
        return;
      }
      long epoch = ChangeSequence.epochOf(time, epochs);
      if (epoch >= 0) {
        sequence.epoch(epoch);
      }
    }
    if (!writePlace(snapshot)) {
      faults.unsupported(Operations.NO_ORDER);
      return;
    }
    if (time != null) {
      Long processed = within(processedMillis);
      sequence.origin(time, processed == null ? time : processed, snapshot, server());
    }
    sequence.writeTo(builder, layout, row, rows.sequenceField());
  }

  private boolean writePlace(boolean snapshot) {
    Long lsn = place(SourceField.LSN);
    Long file = binlogFile(texts.getOrDefault(SourceField.FILE, ""));
    Long position = place(SourceField.POS);
    if (lsn != null) {
      // A change of a long transaction may stand in the log before the commits, and snapshots, that
      // it follows.
      long commit = lastCommitLsn == null ? 0 : lastCommitLsn;
      sequence.number(Math.max(lsn, commit)).dot().snapshot(snapshot).dot().number(lsn);
      return true;
    } else if (file != null && position != null) {
      sequence.number(file).dot().number(position).dot();
      sequence.snapshot(snapshot).dot().number(orZero(place(SourceField.ROW)));
      return true;
    }
    return writeCommit(snapshot) || writeSystemChange(snapshot);
  }

  /** SQL Server and Db2: transactions in the order of their commits, changes as they were made. */
  private boolean writeCommit(boolean snapshot) {
    String commit = lsnDigits(SourceField.COMMIT_LSN);
    if (commit.isEmpty()) {
      return false;
    }
    sequence.digits(commit, LSN_DIGITS).dot().snapshot(snapshot).dot();
    sequence.digits(lsnDigits(SourceField.CHANGE_LSN), LSN_DIGITS).dot();
    sequence.number(orZero(place(SourceField.EVENT_SERIAL_NO)));
    return true;
  }

  /** Digits of a position such as 00000027:00000758:0005, or none. */
  private String lsnDigits(SourceField field) {
    String digits =
        texts.getOrDefault(field, "").replace(":", "").replace(".", "").toLowerCase(Locale.ROOT);
    return digits.length() <= LSN_DIGITS && isHex(digits) ? digits : "";
  }

  /** Oracle: transactions in the order of their commits, changes as they stand in the redo log. */
  private boolean writeSystemChange(boolean snapshot) {
    Long scn = place(SourceField.SCN);
    if (scn == null) {
      return false;
    }
    Long commit = place(SourceField.COMMIT_SCN);
    if (commit == null && texts.containsKey(SourceField.COMMIT_SCN)) {
      return false; // The commit orders it, and cannot be read.
    }
    String record = texts.getOrDefault(SourceField.RS_ID, "").strip();
    String digits = record.replace("0x", "").replace(".", "").toLowerCase(Locale.ROOT);
    sequence.number(commit == null ? scn : commit).dot().snapshot(snapshot).dot();
    sequence.number(scn).dot();
    sequence.digits(digits.length() <= LSN_DIGITS && isHex(digits) ? digits : "", LSN_DIGITS);
    sequence.dot().number(orZero(place(SourceField.SSN)));
    return true;
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** The number that a binlog's name ends with, such as mysql-bin.000003, or null. */
  private static @Nullable Long binlogFile(String name) {
    int first = name.length();
    while (first > 0 && name.charAt(first - 1) >= '0' && name.charAt(first - 1) <= '9') {
      first--;
    }
    boolean isNumber = first < name.length() && name.length() - first <= 18;
    return isNumber ? Long.valueOf(name.substring(first)) : null;
  }

  /**
   * When the change was made by the source's clock; of a snapshot's row when it was read. Null
   * where that is not told.
   */
  private @Nullable Long changedAt(boolean snapshot) {
    Long source = within(numbers.get(SourceField.TS_MS));
    Long processed = within(processedMillis);
    return snapshot && processed != null ? processed : source;
  }

  private static @Nullable Long within(@Nullable Long millis) {
    return millis == null || millis <= 0 || millis > MAX_MILLIS ? null : millis;
  }

  /** Where servers are told apart, the number and the UUID of the one that made the change. */
  private String server() {
    if (!texts.containsKey(SourceField.FILE) || numbers.containsKey(SourceField.LSN)) {
      return "";
    }
    long number = orZero(place(SourceField.SERVER_ID));
    String gtid = texts.getOrDefault(SourceField.GTID, "");
    // MySQL: UUID:number. MariaDB: domain-server-number.
    int end = gtid.indexOf(':') >= 0 ? gtid.indexOf(':') : gtid.lastIndexOf('-');
    String uuid = end <= 0 || end > MAX_SERVER_UUID ? "" : gtid.substring(0, end);
    return (char) ChangeSequence.SERVER
        + (number == 0 ? "" : Long.toString(number))
        + (char) ChangeSequence.SERVER_UUID
        + uuid.toLowerCase(Locale.ROOT);
  }

  /** Writes the time of a delete into its row, where that is wanted, or notes that it has none. */
  public void writeTime(int row) {
    if (rows.wantsTime(layout, builder.bytes(), row)) {
      Long source = within(numbers.get(SourceField.TS_MS));
      Long millis = source != null ? source : within(processedMillis);
      if (millis == null) {
        faults.unsupported(Operations.NO_TIME);
        return;
      }
      builder.setLong(layout, row, rows.changedAt(), millis * 1000);
    }
  }

  /** A number from 0 on, whether it is written as one or as a text; null where there is none. */
  private @Nullable Long place(SourceField field) {
    Long number = numbers.get(field);
    String text = texts.getOrDefault(field, "");
    if (number == null
        && !text.isEmpty()
        && text.length() <= 18
        && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      number = Long.valueOf(text);
    }
    return number == null || number < 0 ? null : number;
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /** Position in its source of the record whose row is about to be begun. */
  static long recordPosition(RowBuilder builder) {
    return RowBatch.rowPosition(builder.bytes(), builder.length() - RowBatch.HEADER);
  }
}
