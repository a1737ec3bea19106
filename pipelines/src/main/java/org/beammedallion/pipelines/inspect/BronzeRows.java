package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.parquet.source.BronzeRowTexts;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.avro.AvroRecordText;
import org.jspecify.annotations.Nullable;

/**
 * The records that complete cycles have kept in bronze. A record of a text or CSV file is shown as
 * it came, one of an Avro or Parquet file as JSON.
 *
 * @param only the cycle whose records are wanted; null for all
 */
public record BronzeRows(CompleteCycles cycles, @Nullable Long only) implements RowSource {

  private static final String SOURCE = "source";
  private static final String POSITION = "position";
  private static final String CYCLE = "cycle";
  private static final String BYTES = "payload_bytes";
  private static final String PAYLOAD = "payload";
  private static final String BASE64 = "payload_base64";

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional(SOURCE, FieldType.STRING),
          Field.optional(POSITION, FieldType.LONG),
          Field.optional(CYCLE, FieldType.LONG),
          Field.optional(BYTES, FieldType.LONG),
          Field.optional(PAYLOAD, FieldType.STRING),
          Field.optional(BASE64, FieldType.STRING));

  @Override
  public RecordSchema schema() {
    return SCHEMA;
  }

  @Override
  public void read(RecordSchema wanted, Visitor visitor) throws IOException {
    KeptRecord record = new KeptRecord(wanted);
    String folder = cycles.lake().bronze(cycles.pipeline());
    Instant time = only == null ? null : cycles.time(only);
    if (only != null && time != null) {
      read(new BronzeCycle(folder, only, time).files().iterator(), folder, record, visitor);
      return;
    }
    try (Stream<StoredFile> files = Storage.of(folder).listSorted(folder, "")) {
      read(
          files.filter(file -> cycles.wants(BronzeCycle.of(file), only)).iterator(),
          folder,
          record,
          visitor);
    }
  }

  private static void read(
      Iterator<StoredFile> files, String folder, KeptRecord record, Visitor visitor)
      throws IOException {
    BronzeManifest.Names names = new BronzeManifest.Names(folder);
    while (files.hasNext()) {
      StoredFile file = files.next();
      // Of several attempts at a shard one counts.
      if (names.count(file) && !read(file, record, visitor)) {
        return;
      }
    }
  }

  private static boolean read(StoredFile file, KeptRecord record, Visitor visitor)
      throws IOException {
    return file.name().endsWith(".parquet")
        ? readRows(file, record, visitor)
        : readRecords(file, record, visitor);
  }

  private static boolean readRows(StoredFile file, KeptRecord record, Visitor visitor)
      throws IOException {
    try (BronzeRowTexts rows = BronzeRowTexts.open(file.uri())) {
      while (rows.next()) {
        begin(record, file, rows.source(), rows.position());
        if (record.wants(PAYLOAD)) {
          record.text(PAYLOAD, rows.text());
        }
        if (!record.end(visitor)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean readRecords(StoredFile file, KeptRecord record, Visitor visitor)
      throws IOException {
    try (BronzeRecords records = BronzeRecords.open(file.uri())) {
      byte[] header = records.header();
      AvroRecordText texts = header == null ? null : AvroRecordText.of(header);
      while (records.next()) {
        begin(record, file, records.source(), records.position());
        record.number(BYTES, records.length());
        boolean shown = record.wants(PAYLOAD) || record.wants(BASE64);
        String text = texts == null || !shown ? null : texts.json(records.payload());
        if (text == null) {
          record.bytes(PAYLOAD, BASE64, records.payload());
        } else {
          record.text(PAYLOAD, text);
        }
        if (!record.end(visitor)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void begin(KeptRecord record, StoredFile file, String source, long position) {
    record.begin();
    record.text(SOURCE, source);
    record.number(POSITION, position);
    record.number(CYCLE, BronzeCycle.of(file));
  }
}
