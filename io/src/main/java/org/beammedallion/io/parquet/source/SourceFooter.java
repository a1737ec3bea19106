package org.beammedallion.io.parquet.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.beammedallion.io.parquet.source.ThriftStruct.BrokenThriftException;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * The footer of a Parquet file, checked: every row group lies within the file. Field numbers are
 * those of the format's specification (parquet.thrift).
 */
final class SourceFooter {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = 8;

  // FileMetaData
  static final int SCHEMA = 2;
  static final int ROWS = 3;
  static final int ROW_GROUPS = 4;
  static final int KEY_VALUES = 5;
  private static final int CREATED_BY = 6;
  private static final int ENCRYPTION = 8;

  // RowGroup
  static final int CHUNKS = 1;
  static final int GROUP_ROWS = 3;
  static final int GROUP_OFFSET = 5;
  static final int GROUP_ORDINAL = 7;

  // ColumnChunk
  static final int CHUNK_FILE = 1;
  static final int CHUNK_OFFSET = 2;
  static final int CHUNK_META = 3;
  static final int OFFSET_INDEX_OFFSET = 4;
  static final int COLUMN_INDEX_LENGTH = 7;
  private static final int CRYPTO = 8;

  // ColumnMetaData
  private static final int UNCOMPRESSED_SIZE = 6;
  private static final int COMPRESSED_SIZE = 7;
  static final int DATA_OFFSET = 9;
  static final int INDEX_OFFSET = 10;
  static final int DICTIONARY_OFFSET = 11;
  static final int BLOOM_OFFSET = 14;
  static final int BLOOM_LENGTH = 15;

  // SchemaElement
  private static final int LOGICAL_TYPE = 10;
  private static final int NAME = 4;
  private static final int CHILDREN = 5;

  /** Numbers of the logical types that the library knows. */
  private static final Set<Integer> KNOWN_TYPES =
      Set.of(1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18);

  /**
   * Where a column of a row group lies in the file.
   *
   * @param end behind its last byte
   */
  record Chunk(long start, long end) {}

  /**
   * A row group.
   *
   * @param first number of its first row in the file
   * @param middle of its bytes; never less than that of the group before
   */
  record Group(ThriftStruct struct, long rows, long first, long middle, List<Chunk> chunks) {}

  private static final Chunk NOTHING = new Chunk(MAGIC.length, MAGIC.length);

  private final ThriftStruct root;
  private final List<Group> groups = new ArrayList<>();
  private final Map<String, String> keyValues = new HashMap<>();
  private final Set<List<String>> unknownTypes = new HashSet<>();

  private SourceFooter(ThriftStruct root) {
    this.root = root;
  }

  /**
   * Reads the footer of a file.
   *
   * @throws RefusedFileException where the file is no Parquet file, damaged or encrypted
   */
  static SourceFooter read(SeekableInput input) throws IOException {
    long length = input.length();
    byte[] tail = new byte[TAIL];
    if (length < MAGIC.length + TAIL) {
      throw new RefusedFileException(
          "is no Parquet file: it has only " + length + " bytes. It was perhaps cut off.");
    }
    input.readFully(length - TAIL, tail, 0, TAIL);
    if (java.util.Arrays.equals(tail, 4, 8, ENCRYPTED, 0, 4)) {
      throw new RefusedFileException(Refusals.ENCRYPTED);
    } else if (!java.util.Arrays.equals(tail, 4, 8, MAGIC, 0, 4)) {
      throw new RefusedFileException(
          "is no Parquet file, or was cut off: it does not end with PAR1. Bring the whole file again, or correct the"
              + " server's format in the contract.");
    }
    long size =
        (tail[0] & 0xFFL)
            | (tail[1] & 0xFFL) << 8
            | (tail[2] & 0xFFL) << 16
            | (tail[3] & 0xFFL) << 24;
    long start = length - TAIL - size;
    if (start < MAGIC.length || size > Integer.MAX_VALUE - 16) {
      throw Refusals.damaged("its footer is longer than the file");
    }
    byte[] bytes = new byte[(int) size];
    input.readFully(start, bytes, 0, bytes.length);
    SourceFooter footer;
    try {
      footer = new SourceFooter(ThriftStruct.read(bytes));
    } catch (BrokenThriftException e) {
      throw Refusals.damaged("its footer cannot be read, " + e.getMessage());
    }
    footer.check(start);
    return footer;
  }

  private void check(long limit) throws RefusedFileException {
    if (root.has(ENCRYPTION)) {
      throw new RefusedFileException(Refusals.ENCRYPTED);
    }
    for (ThriftStruct entry : root.structs(KEY_VALUES)) {
      String key = entry.text(1);
      String value = entry.text(2);
      if (key != null && value != null) {
        keyValues.put(key, value);
      }
    }
    collectUnknownTypes();
    long rows = 0;
    long middle = 0;
    for (ThriftStruct group : root.structs(ROW_GROUPS)) {
      long count = group.number(GROUP_ROWS, -1);
      if (count < 0 || count > Long.MAX_VALUE - rows) {
        throw Refusals.damaged("row group " + groups.size() + " has " + count + " rows");
      }
      List<Chunk> chunks = new ArrayList<>();
      long first = Long.MAX_VALUE;
      long end = 0;
      for (ThriftStruct column : group.structs(CHUNKS)) {
        Chunk chunk = count == 0 ? NOTHING : chunk(column, limit);
        chunks.add(chunk);
        first = Math.min(first, chunk.start);
        end = Math.max(end, chunk.end);
      }
      if (!chunks.isEmpty()) {
        middle = Math.max(middle, first + (end - first) / 2);
      }
      groups.add(new Group(group, count, rows, middle, chunks));
      rows += count;
    }
  }

  private Chunk chunk(ThriftStruct column, long limit) throws RefusedFileException {
    if (column.has(CRYPTO)) {
      throw new RefusedFileException(Refusals.ENCRYPTED);
    } else if (column.has(CHUNK_FILE)) {
      throw new RefusedFileException(
          "keeps columns in other files, such as "
              + column.text(CHUNK_FILE)
              + ", which is not supported. Write Parquet files that hold their data themselves.");
    }
    ThriftStruct meta = column.struct(CHUNK_META);
    if (meta == null) {
      throw Refusals.damaged("a row group lacks the place of a column");
    }
    long start = meta.number(DATA_OFFSET, -1);
    long dictionary = meta.number(DICTIONARY_OFFSET, 0);
    if (dictionary > 0 && dictionary < start) {
      start = dictionary;
    }
    long size = meta.number(COMPRESSED_SIZE, -1);
    if (size == 0) {
      return NOTHING;
    }
    if (start < MAGIC.length
        || size < 0
        || size > limit - start
        || meta.number(UNCOMPRESSED_SIZE, 0) < 0) {
      throw Refusals.damaged(
          "a column lies at byte " + start + " with " + size + " bytes, which is not in the file");
    }
    return new Chunk(start, start + size);
  }

  private void collectUnknownTypes() {
    List<ThriftStruct> elements = root.structs(SCHEMA);
    List<String> path = new ArrayList<>();
    List<Long> left = new ArrayList<>();
    for (int i = 1; i < elements.size(); i++) {
      ThriftStruct element = elements.get(i);
      path.add(String.valueOf(element.text(NAME)));
      ThriftStruct logical = element.struct(LOGICAL_TYPE);
      if (logical != null && !KNOWN_TYPES.contains(logical.firstField())) {
        unknownTypes.add(List.copyOf(path));
      }
      long children = element.number(CHILDREN, 0);
      if (children > 0) {
        left.add(children);
        continue;
      }
      path.remove(path.size() - 1);
      while (!left.isEmpty()) {
        int last = left.size() - 1;
        left.set(last, left.get(last) - 1);
        if (left.get(last) > 0) {
          break;
        }
        left.remove(last);
        path.remove(path.size() - 1);
      }
    }
  }

  /**
   * The footer as the library knows it. It fails on logical types that it does not know, so it is
   * not shown them.
   */
  ParquetMetadata metadata(ParquetReadOptions options) throws IOException {
    ThriftStruct known = root.copy();
    List<ThriftStruct> elements = new ArrayList<>();
    for (ThriftStruct element : root.structs(SCHEMA)) {
      ThriftStruct logical = element.struct(LOGICAL_TYPE);
      if (logical != null && !KNOWN_TYPES.contains(logical.firstField())) {
        ThriftStruct plain = element.copy();
        plain.remove(LOGICAL_TYPE);
        elements.add(plain);
      } else {
        elements.add(element);
      }
    }
    known.set(SCHEMA, elements);
    return new ParquetMetadataConverter(options)
        .readParquetMetadata(
            new ByteArrayInputStream(known.write()), ParquetMetadataConverter.NO_FILTER);
  }

  ThriftStruct root() {
    return root;
  }

  List<Group> groups() {
    return groups;
  }

  /** Every place in the file where a column of a row group begins. */
  Set<Long> starts() {
    Set<Long> starts = new HashSet<>();
    groups.forEach(group -> group.chunks.forEach(chunk -> starts.add(chunk.start)));
    return starts;
  }

  /** What a writer has noted under a key, or null. */
  @Nullable String keyValue(String key) {
    return keyValues.get(key);
  }

  /** Paths of columns whose logical type came after the version of the format that we know. */
  Set<List<String>> unknownTypes() {
    return unknownTypes;
  }

  /** Who wrote the file. */
  String createdBy() {
    String text = root.text(CREATED_BY);
    return text == null ? "" : text;
  }

  /**
   * Numbers of the row groups that a range of bytes owns: those whose middle lies in it. Each is
   * owned by one of the ranges that a file is cut into.
   */
  List<Integer> owned(long from, long to) {
    List<Integer> owned = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      long middle = groups.get(i).middle;
      if (middle >= from && middle < to) {
        owned.add(i);
      }
    }
    return owned;
  }
}
