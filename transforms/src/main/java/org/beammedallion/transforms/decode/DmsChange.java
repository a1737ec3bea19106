package org.beammedallion.transforms.decode;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * What a record of a DMS file is, and where it stands in the order of changes: rows of a full load
 * come first, then changes by their time, then by the name of their file and their place in it. Not
 * thread-safe.
 */
final class DmsChange {

  /** How DMS calls the files of a full load, such as LOAD00000001.csv. */
  private static final String FULL_LOAD = "LOAD";

  private final ChangeRows rows;
  private final DmsFormat format;
  private final RowLayout layout;
  private final RowBuilder builder;
  private final byte[] file;
  private final boolean fullLoad;
  private final TemporalText temporal = new TemporalText();
  private final TimeZoneRules utc = new TimeZoneRules(ZoneOffset.UTC);
  private final SourceSequence sequence = new SourceSequence();

  DmsChange(
      ChangeRows rows, DmsFormat format, RowLayout layout, RowBuilder builder, String sourceUri) {
    this.rows = rows;
    this.format = format;
    this.layout = layout;
    this.builder = builder;
    this.file = SourceSequence.fileName(sourceUri);
    this.fullLoad = isFullLoad(sourceUri);
  }

  /** Whether a file is of a full load, by its name. */
  static boolean isFullLoad(String sourceUri) {
    byte[] name = SourceSequence.fileName(sourceUri);
    return new String(name, StandardCharsets.UTF_8).startsWith(FULL_LOAD);
  }

  boolean isFullLoad() {
    return fullLoad;
  }

  /**
   * What the record is.
   *
   * @param operation empty where the file has no such column, or it holds nothing
   */
  RecordKind kind(String operation) throws MalformedRecord {
    return switch (operation) {
      case "I", "U" -> RecordKind.ROW;
      case "D" -> RecordKind.DELETE;
      default -> {
        if (operation.isEmpty() && fullLoad) {
          yield RecordKind.ROW;
        }
        throw new MalformedRecord(
            "'"
                + format.operationColumn()
                + "' is "
                + (operation.isEmpty() ? "empty" : "'" + Excerpt.of(operation) + "'")
                + ", but must be I, U or D in a file of changes. Files of a full load are known by their names, which"
                + " start with LOAD.");
      }
    };
  }

  /**
   * The time of a change in microseconds.
   *
   * @param text null where the column is absent or null
   */
  long time(@Nullable String text) throws MalformedRecord {
    if (format.timestampColumn() == null) {
      return 0;
    }
    if (text != null) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      if (temporal.timestamp(utf8, 0, utf8.length, utc) && temporal.value() >= 0) {
        return temporal.value();
      }
    } else if (fullLoad) {
      return 0;
    }
    throw new MalformedRecord(
        "'"
            + format.timestampColumn()
            + "' is "
            + (text == null ? "empty" : "'" + Excerpt.of(text) + "'")
            + ", which is no time, so the change has no place in the order of the source.");
  }

  /** Writes the sequence into a row, and the time of a delete where that is wanted. */
  void writeSequence(int row, long micros, long position) {
    sequence.clear().snapshot(fullLoad).dot().number(micros).dot().place(file, position);
    sequence.writeTo(builder, layout, row, rows.sequenceField());
    if (rows.wantsTime(layout, builder.bytes(), row)) {
      builder.setLong(layout, row, rows.changedAt(), micros);
    }
  }
}
