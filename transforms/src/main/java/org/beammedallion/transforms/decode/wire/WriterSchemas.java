package org.beammedallion.transforms.decode.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.transforms.bytes.Wire;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.raw.RawBatch;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that the records of a batch were written with, by their numbers in the registry. They
 * travel with the batch as its header, so that decoding asks nobody.
 */
public final class WriterSchemas {

  /** The schema of a number, or why there is none; one of the two is null. */
  public record Entry(@Nullable String text, @Nullable String reason) {

    public static Entry of(String text) {
      return new Entry(text, null);
    }

    /**
     * Of which records are dead letters.
     *
     * @param reason a sentence for a person
     */
    public static Entry none(String reason) {
      return new Entry(null, reason);
    }
  }

  private final Map<Integer, Entry> entries;

  private WriterSchemas(Map<Integer, Entry> entries) {
    this.entries = entries;
  }

  public static WriterSchemas of(Map<Integer, Entry> entries) {
    return new WriterSchemas(Map.copyOf(entries));
  }

  /** Those that {@link #in} has put into a batch; none where it was not called. */
  public static WriterSchemas of(RawBatch batch) {
    byte[] header = batch.header();
    Map<Integer, Entry> entries = new TreeMap<>();
    if (header != null) {
      try {
        ByteArrayInputStream in = new ByteArrayInputStream(header);
        for (int left = Wire.readInt(in); left > 0; left--) {
          int id = Wire.readInt(in);
          entries.put(id, new Entry(Wire.readOptionalText(in), Wire.readOptionalText(in)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return of(entries);
  }

  /** The batch with these schemas. */
  public RawBatch in(RawBatch batch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Wire.writeInt(out, entries.size());
      for (Map.Entry<Integer, Entry> entry : new TreeMap<>(entries).entrySet()) {
        Wire.writeInt(out, entry.getKey());
        Wire.writeText(out, entry.getValue().text());
        Wire.writeText(out, entry.getValue().reason());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return batch.withHeader(out.toByteArray());
  }

  /**
   * The text of a schema.
   *
   * @throws MalformedRecord where the registry has none under this number
   */
  public String require(int id) throws MalformedRecord {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalStateException("Schema " + id + " was not looked up.");
    }
    String text = entry.text();
    if (text == null) {
      throw new MalformedRecord(String.valueOf(entry.reason()));
    }
    return text;
  }
}
