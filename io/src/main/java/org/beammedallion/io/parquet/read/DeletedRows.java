package org.beammedallion.io.parquet.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads which rows of a data file are deleted: Iceberg's files of positions, and its deletion
 * vectors (Puffin's {@code deletion-vector-v1}).
 */
public final class DeletedRows {

  private static final RecordSchema POSITIONS =
      RecordSchema.of(
          Field.required("file_path", FieldType.STRING), Field.required("pos", FieldType.LONG));

  /** Behind the length; see the specification of Puffin. */
  private static final int MAGIC = 0xD1D33964;

  private DeletedRows() {}

  /**
   * The numbers of the rows.
   *
   * @throws StorageException where one of the files is damaged
   */
  public static BitSet read(List<RowDeletes> deletes) throws IOException {
    BitSet rows = new BitSet();
    for (RowDeletes each : deletes) {
      if (each.offset() == RowDeletes.POSITIONS) {
        addPositions(each, rows);
      } else {
        addVector(each, rows);
      }
    }
    return rows;
  }

  private static void addPositions(RowDeletes deletes, BitSet rows) throws IOException {
    byte[] wanted = deletes.dataFile().getBytes(StandardCharsets.UTF_8);
    try (RowParquetReader reader =
        RowParquetReader.open(deletes.uri(), POSITIONS, false, Map.of())) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        byte[] bytes = block.bytes();
        for (int i = 0; i < block.count(); i++) {
          int row = block.row(i);
          int start = reader.layout().startOf(bytes, row, 0);
          int end = start + reader.layout().lengthOf(bytes, row, 0);
          if (Arrays.equals(bytes, start, end, wanted, 0, wanted.length)) {
            rows.set(Math.toIntExact(reader.layout().longAt(bytes, row, 1)));
          }
        }
      }
    }
  }

  /**
   * Length (4 bytes, big-endian), magic (4), the vector, a checksum of magic and vector (4,
   * big-endian). The vector is a 64-bit Roaring bitmap in its portable form: the number of bitmaps
   * (8, little-endian), and before each its upper 32 bits (4, little-endian).
   */
  private static void addVector(RowDeletes deletes, BitSet rows) throws IOException {
    byte[] blob = new byte[Math.toIntExact(deletes.length())];
    try (SeekableInput in = Storage.of(deletes.uri()).openSeekable(deletes.uri())) {
      in.readFully(deletes.offset(), blob, 0, blob.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(blob);
    CRC32 checksum = new CRC32();
    int length = buffer.getInt();
    if (length != blob.length - 2 * Integer.BYTES) {
      throw damaged(deletes);
    }
    checksum.update(blob, Integer.BYTES, length);
    if (buffer.getInt() != MAGIC
        || (int) checksum.getValue() != buffer.getInt(Integer.BYTES + length)) {
      throw damaged(deletes);
    }
    ByteBuffer vector =
        buffer.slice(buffer.position(), length - Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long bitmaps = vector.getLong(); bitmaps > 0; bitmaps--) {
      if (vector.getInt() != 0) {
        throw new StorageException(
            "'" + deletes.uri() + "' deletes rows beyond the 2^32nd, which no file here has.",
            null);
      }
      RoaringBitmap bitmap = new RoaringBitmap();
      bitmap.deserialize(vector);
      bitmap.forEach((int row) -> rows.set(row));
    }
  }

  private static StorageException damaged(RowDeletes deletes) {
    return new StorageException(
        "The deletion vector at "
            + deletes.offset()
            + " of '"
            + deletes.uri()
            + "' is damaged. Restore the file, or roll the table back.",
        null);
  }
}
