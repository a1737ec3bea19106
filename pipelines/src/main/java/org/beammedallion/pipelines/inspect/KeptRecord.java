package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * A row of columns that are set by their names, one row after another; columns that are not wanted
 * are passed over. Not thread-safe.
 */
final class KeptRecord {

  private final RecordSchema wanted;
  private final RowLayout layout;
  private final RowBuilder builder = new RowBuilder(1 << 12);
  private int row;

  KeptRecord(RecordSchema wanted) {
    this.wanted = wanted;
    this.layout = RowLayout.of(wanted);
  }

  void begin() {
    builder.truncate(0);
    row = builder.beginRow(layout);
  }

  boolean wants(String column) {
    return wanted.indexOf(column) >= 0;
  }

  void text(String column, @Nullable String value) {
    int field = wanted.indexOf(column);
    if (field >= 0 && value != null) {
      builder.setString(layout, row, field, value);
    }
  }

  void number(String column, long value) {
    int field = wanted.indexOf(column);
    if (field >= 0) {
      builder.setLong(layout, row, field, value);
    }
  }

  void time(String column, Instant value) {
    number(column, ChronoUnit.MICROS.between(Instant.EPOCH, value));
  }

  /** Bytes as text where they are valid UTF-8, or else in base64. */
  void bytes(String column, String base64Column, byte[] value) {
    if (!wants(column) && !wants(base64Column)) {
      return;
    }
    try {
      text(column, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException e) {
      text(base64Column, Base64.getEncoder().encodeToString(value));
    }
  }

  boolean end(RowSource.Visitor visitor) throws IOException {
    return visitor.visit(builder.bytes(), row, builder.length() - row);
  }
}
