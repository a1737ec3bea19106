package org.beammedallion.transforms.decode.change;

import java.util.Locale;
import java.util.stream.Stream;

/** The fields of an envelope's {@code source} that tell where and when a change was made. */
public enum SourceField {
  LSN,
  SEQUENCE,
  FILE,
  POS,
  ROW,
  TS_MS,
  SERVER_ID,
  GTID,
  COMMIT_LSN,
  CHANGE_LSN,
  EVENT_SERIAL_NO,
  SCN,
  COMMIT_SCN,
  RS_ID,
  SSN;

  /** As envelopes call it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] names() {
    return Stream.of(values()).map(SourceField::key).toArray(String[]::new);
  }
}
