package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import org.beammedallion.transforms.raw.JsonFormat.Layout;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard of a text file. The beginning of the file tells its encoding, its layout
 * and its line ends, and whether it is a text at all. A file that cannot be cut after all, for it
 * is a document or in another encoding, is read whole by its first shard, and the others are empty.
 */
public final class TextRecords {

  /** The decompressed bytes of a file. */
  @FunctionalInterface
  public interface Input {

    /**
     * @param position of the first byte that is wanted; 0 where the file is compressed
     */
    InputStream open(long position) throws IOException;
  }

  private static final RawBatches NONE =
      new RawBatches() {
        @Override
        public @Nullable RawBatch next() {
          return null;
        }

        @Override
        public void close() {}
      };

  private TextRecords() {}

  /**
   * Opens a shard.
   *
   * @param framing the range of the shard, where the file can be cut; else the whole file
   * @param check of a CSV file's header, and of a JSON file's first record
   * @throws RefusedFileException where the file is no such text
   */
  public static RawBatches open(Input input, Framing framing, TextFormat format, FileCheck check)
      throws IOException {
    InputStream in = input.open(0);
    boolean handedOn = false;
    try {
      FileStart start = FileStart.read(in);
      int mark = ByteOrder.markBytes(start);
      TextEncoding encoding = ByteOrder.encoding(start, format.encoding());
      boolean transcoded = encoding != TextEncoding.UTF_8;
      FileStart text = transcoded ? start.in(encoding, mark) : start;
      CsvFormat csv = format.csv();
      boolean document = csv == null && isDocument(text, format.json());
      if (framing.from() > 0 && (transcoded || document)) {
        return NONE;
      }
      Framing whole = transcoded || document ? framing.withRange(0, Long.MAX_VALUE) : framing;
      if (framing.from() > 0) {
        return lines(input.open(framing.opensAt()), framing, text, check);
      }
      InputStream all = start.andRest(transcoded ? mark : 0, in);
      if (transcoded) {
        all = new TranscodingStream(all, encoding);
      }
      handedOn = true;
      RawBatches records;
      if (csv != null) {
        records = RecordFramer.csv(all, whole, csv, check.forFile(framing.source()));
      } else if (document) {
        records = new JsonFramer(all, whole, format.json(), check);
      } else {
        records = lines(all, whole, text, check);
      }
      return transcoded ? new Transcoded(records, encoding) : records;
    } finally {
      if (!handedOn) {
        in.close();
      }
    }
  }

  private static RawBatches lines(
      InputStream in, Framing framing, FileStart text, FileCheck check) {
    RecordEnds ends =
        LineEnds.areCarriageReturns(text) ? new RecordEnds.AnyLines() : new RecordEnds.Lines();
    return RecordFramer.lines(in, framing, ends, check);
  }

  private static boolean isDocument(FileStart text, JsonFormat format) {
    return format.layout() == Layout.DOCUMENT
        || !format.path().isEmpty()
        || (format.layout() == Layout.AUTO && JsonStart.isDocument(text));
  }

  /** Says in which encoding the source has what is handed out in UTF-8. */
  private record Transcoded(RawBatches records, TextEncoding from) implements RawBatches {

    @Override
    public @Nullable RawBatch next() throws IOException {
      RawBatch batch = records.next();
      return batch == null ? null : batch.withEncoding(encoding());
    }

    @Override
    public @Nullable String warning() {
      return records.warning();
    }

    @Override
    public String encoding() {
      return from.label();
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }
}
