package org.beammedallion.transforms.decode.change;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.TimeZoneRules;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * What a record of a DMS file is, and where it stands in the order of changes: rows of a full load
 * come first, then changes by their time, then by the name of their file and their place in it. Not
 * thread-safe.
 */
public final class DmsChange {

  /** How DMS calls the files of a full load, such as LOAD00000001.csv. */
  private static final String FULL_LOAD = "LOAD";

  private static final String NO_TIME =
      "The delete does not say when it happened, and a dimension needs to know when the version that it ends ceased to"
          + " hold: name DMS's TimestampColumnName as 'dms: {timestampColumn: …}'.";

  private final ChangeRows rows;
  private final DmsFormat format;
  private final RowLayout layout;
  private final RowBuilder builder;
  private final Faults faults;
  private final byte[] file;
  private final boolean fullLoad;
  private final TemporalText temporal = new TemporalText();
  private final TimeZoneRules utc = new TimeZoneRules(ZoneOffset.UTC);
  private final SourceSequence sequence = new SourceSequence();

  public DmsChange(
      ChangeRows rows,
      DmsFormat format,
      RowLayout layout,
      RowBuilder builder,
      Faults faults,
      String sourceUri) {
    this.rows = rows;
    this.faults = faults;
    this.format = format;
    this.layout = layout;
    this.builder = builder;
    this.file = SourceSequence.fileName(sourceUri);
    this.fullLoad = isFullLoad(sourceUri);
  }

  /** Whether a file is of a full load, by its name. */
  public static boolean isFullLoad(String sourceUri) {
    byte[] name = SourceSequence.fileName(sourceUri);
    return new String(name, StandardCharsets.UTF_8).startsWith(FULL_LOAD);
  }

  public boolean isFullLoad() {
    return fullLoad;
  }

  /**
   * What the record is; notes a fault where it does not say.
   *
   * @param operation empty where the file has no such column, or it holds nothing
   */
  public RecordKind kind(String operation) {
    return switch (operation) {
      case "I", "U" -> RecordKind.ROW;
      case "D" -> RecordKind.DELETE;
      default -> {
        if (!operation.isEmpty() || !fullLoad) {
          faults.unsupported(
              "'"
                  + format.operationColumn()
                  + "' is "
                  + (operation.isEmpty() ? "empty" : "'" + Excerpt.of(operation) + "'")
                  + ", but must be I, U or D in a file of changes. Files of a full load are known by their names, which"
                  + " start with LOAD.");
        }
        yield RecordKind.ROW;
      }
    };
  }

  /**
   * The time of a change in microseconds; notes a fault where it is none.
   *
   * @param text null where the column is absent or null
   */
  public long time(@Nullable String text) {
    if (format.timestampColumn() == null || (text == null && fullLoad)) {
      return 0;
    }
    if (text != null) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      if (temporal.timestamp(utf8, 0, utf8.length, utc)) {
        return temporal.value();
      }
    }
    return noTime(text == null ? "empty" : "'" + Excerpt.of(text) + "'");
  }

  /** The same of a number. */
  public long time(long value, TimeUnit unit) {
    try {
      return unit.toMicros(value);
    } catch (ArithmeticException e) {
      return noTime("'" + value + "'");
    }
  }

  private long noTime(String shown) {
    faults.unsupported(
        "'"
            + format.timestampColumn()
            + "' is "
            + shown
            + ", which is no time, so the change has no place in the order of the source.");
    return 0;
  }

  /**
   * Writes the sequence into a row, and the time of a delete where that is wanted; notes a fault
   * where it is wanted and not told.
   */
  public void writeSequence(int row, long micros, long position) {
    sequence.clear().snapshot(fullLoad).dot().signed(micros).dot().place(file, position);
    sequence.writeTo(builder, layout, row, rows.sequenceField());
    if (rows.wantsTime(layout, builder.bytes(), row)) {
      if (format.timestampColumn() == null) {
        faults.unsupported(NO_TIME);
      }
      builder.setLong(layout, row, rows.changedAt(), micros);
    }
  }
}
