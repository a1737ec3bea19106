package org.beammedallion.pipelines.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of complete cycles, with the columns of {@code docs/dead-letters.md}.
 *
 * @param only the cycle whose letters are wanted; null for all
 */
public record QuarantineRows(CompleteCycles cycles, @Nullable Long only) implements RowSource {

  private static final JsonMapper JSON = new JsonMapper();

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("reason", FieldType.STRING),
          Field.optional("detail", FieldType.STRING),
          Field.optional("source", FieldType.STRING),
          Field.optional("position", FieldType.LONG),
          Field.optional("cycle", FieldType.LONG),
          Field.optional("time", FieldType.TIMESTAMP),
          Field.optional("rule", FieldType.STRING),
          Field.optional("shard", FieldType.LONG),
          Field.optional("payload_bytes", FieldType.LONG),
          Field.optional("payload", FieldType.STRING),
          Field.optional("payload_base64", FieldType.STRING));

  @Override
  public RecordSchema schema() {
    return SCHEMA;
  }

  private String folder() {
    return cycles.lake().quarantine(cycles.pipeline());
  }

  @Override
  public void read(RecordSchema wanted, Visitor visitor) throws IOException {
    KeptRecord record = new KeptRecord(wanted);
    Instant time = only == null ? null : cycles.time(only);
    if (only != null && time != null) {
      List<StoredFile> files = new QuarantineFiles(folder(), only, time).list();
      read(files.iterator(), record, visitor);
      return;
    }
    try (Stream<StoredFile> files = Storage.of(folder()).listSorted(folder(), "")) {
      read(
          files.filter(file -> cycles.wants(QuarantineFiles.cycleOf(file), only)).iterator(),
          record,
          visitor);
    }
  }

  private static void read(Iterator<StoredFile> files, KeptRecord record, Visitor visitor)
      throws IOException {
    while (files.hasNext()) {
      if (!read(files.next().uri(), record, visitor)) {
        return;
      }
    }
  }

  private static boolean read(String uri, KeptRecord record, Visitor visitor) throws IOException {
    try (InputStream in = Storage.of(uri).open(uri);
        MappingIterator<JsonNode> letters = JSON.readerFor(JsonNode.class).readValues(in)) {
      while (letters.hasNextValue()) {
        JsonNode letter = letters.nextValue();
        record.begin();
        for (Field field : SCHEMA.fields()) {
          set(record, field, letter.path(field.name()));
        }
        if (!record.end(visitor)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void set(KeptRecord record, Field field, JsonNode value) {
    if (field.type() instanceof FieldType.TimestampType && value.isTextual()) {
      record.time(field.name(), Instant.parse(value.textValue()));
    } else if (value.isTextual()) {
      record.text(field.name(), value.textValue());
    } else if (value.isIntegralNumber()) {
      record.number(field.name(), value.longValue());
    }
  }
}
