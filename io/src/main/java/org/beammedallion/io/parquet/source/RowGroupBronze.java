package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFormat;
import org.beammedallion.io.parquet.source.SourceFooter.Chunk;
import org.beammedallion.io.parquet.source.SourceFooter.Group;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;

/**
 * The bronze file of a shard of a Parquet file: the row groups that the shard owns, byte for byte,
 * under the file's own footer, in which places, row counts and keys of ours are all that changes.
 * Name and bytes follow from the file and the plan, so a repeated attempt writes the same file over
 * itself.
 */
public final class RowGroupBronze {

  /** Keys of the file's metadata: the file that the rows came from, and the number of the first. */
  static final String SOURCE = "medallion.source";

  static final String FIRST = "medallion.first";

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER = 1 << 20;

  /** Old writers left a page's header out of a column's size. */
  private static final int MISSED_BYTES = 100;

  private final Shard shard;
  private final long cycle;
  private final Instant ingestTime;
  private final String uri;
  private long records;
  private long bytes;

  private RowGroupBronze(Shard shard, BronzeCycle cycle) {
    this.shard = shard;
    this.cycle = cycle.number();
    this.ingestTime = cycle.time();
    this.uri = cycle.file(shard.number(), "parquet");
  }

  public static RowGroupBronze of(BronzeCycle cycle, Shard shard) {
    return new RowGroupBronze(shard, cycle);
  }

  /** Writes the file, which appears whole; none where the shard owns no row. */
  public void write(SourceRows rows) throws IOException {
    List<Group> groups = new ArrayList<>();
    for (int number : rows.owned()) {
      Group group = rows.footer().groups().get(number);
      if (group.rows() > 0) {
        groups.add(group);
        records += group.rows();
      }
    }
    if (groups.isEmpty()) {
      return;
    }
    try (AtomicOutput out = Storage.of(uri).create(uri)) {
      boolean complete = false;
      try {
        write(rows, groups, out);
        complete = true;
      } finally {
        if (!complete) {
          out.abort();
        }
      }
      bytes = out.position();
    }
  }

  private void write(SourceRows rows, List<Group> groups, AtomicOutput out) throws IOException {
    SourceFooter footer = rows.footer();
    Set<Long> starts = footer.starts();
    long limit = footerStart(rows.input());
    out.write(MAGIC);
    List<ThriftStruct> copies = new ArrayList<>();
    for (Group group : groups) {
      copies.add(copy(group, rows.input(), out, starts, limit, copies.size()));
    }
    ThriftStruct root = footer.root().copy();
    root.set(SourceFooter.ROWS, ThriftStruct.I64, records);
    root.set(SourceFooter.ROW_GROUPS, copies);
    root.set(SourceFooter.KEY_VALUES, keyValues(root, groups.get(0).first()));
    byte[] encoded = root.write();
    out.write(encoded);
    out.write(
        new byte[] {
          (byte) encoded.length,
          (byte) (encoded.length >>> 8),
          (byte) (encoded.length >>> 16),
          (byte) (encoded.length >>> 24)
        });
    out.write(MAGIC);
  }

  private static long footerStart(SeekableInput input) throws IOException {
    byte[] size = new byte[4];
    input.readFully(input.length() - 8, size, 0, 4);
    long length =
        (size[0] & 0xFFL)
            | (size[1] & 0xFFL) << 8
            | (size[2] & 0xFFL) << 16
            | (size[3] & 0xFFL) << 24;
    return input.length() - 8 - length;
  }

  private List<ThriftStruct> keyValues(ThriftStruct root, long first) {
    List<ThriftStruct> entries = new ArrayList<>();
    for (ThriftStruct entry : root.structs(SourceFooter.KEY_VALUES)) {
      String key = entry.text(1);
      if (key == null || !key.startsWith("medallion.")) {
        entries.add(entry);
      }
    }
    entries.add(entry(BronzeFormat.KEY, Integer.toString(BronzeFormat.LATEST)));
    entries.add(entry(SOURCE, shard.uri()));
    entries.add(entry("medallion.shard", Integer.toString(shard.number())));
    entries.add(entry("medallion.cycle", Long.toString(cycle)));
    entries.add(entry("medallion.ingest_time", ingestTime.toString()));
    entries.add(entry(FIRST, Long.toString(first)));
    return entries;
  }

  private static ThriftStruct entry(String key, String value) {
    ThriftStruct entry = new ThriftStruct();
    entry.set(1, key);
    entry.set(2, value);
    return entry;
  }

  private static ThriftStruct copy(
      Group group, SeekableInput input, AtomicOutput out, Set<Long> starts, long limit, int ordinal)
      throws IOException {
    ThriftStruct copy = group.struct().copy();
    List<ThriftStruct> columns = new ArrayList<>();
    long begin = out.position();
    List<ThriftStruct> sources = group.struct().structs(SourceFooter.CHUNKS);
    for (int i = 0; i < sources.size(); i++) {
      Chunk chunk = group.chunks().get(i);
      long shift = out.position() - chunk.start();
      copyBytes(input, chunk.start(), padded(chunk, starts, limit), out);
      columns.add(moved(sources.get(i), chunk, shift));
    }
    copy.set(SourceFooter.CHUNKS, columns);
    if (copy.has(SourceFooter.GROUP_OFFSET)) {
      copy.set(SourceFooter.GROUP_OFFSET, ThriftStruct.I64, begin);
    }
    if (copy.has(SourceFooter.GROUP_ORDINAL)) {
      copy.set(SourceFooter.GROUP_ORDINAL, ThriftStruct.I16, (long) ordinal);
    }
    return copy;
  }

  /** The end of a column; a little later where no other column begins there. */
  private static long padded(Chunk chunk, Set<Long> starts, long limit) {
    if (chunk.end() == chunk.start()) {
      return chunk.end();
    }
    long end = chunk.end();
    while (end < limit && end < chunk.end() + MISSED_BYTES && !starts.contains(end)) {
      end++;
    }
    return end;
  }

  private static ThriftStruct moved(ThriftStruct column, Chunk chunk, long shift) {
    ThriftStruct moved = column.copy();
    for (int field = SourceFooter.OFFSET_INDEX_OFFSET;
        field <= SourceFooter.COLUMN_INDEX_LENGTH;
        field++) {
      moved.remove(field);
    }
    long offset = column.number(SourceFooter.CHUNK_OFFSET, 0);
    boolean inside = offset >= chunk.start() && offset < chunk.end();
    moved.set(SourceFooter.CHUNK_OFFSET, ThriftStruct.I64, inside ? offset + shift : 0L);
    ThriftStruct meta = column.struct(SourceFooter.CHUNK_META);
    if (meta != null) {
      ThriftStruct place = meta.copy();
      for (int field :
          new int[] {
            SourceFooter.DATA_OFFSET, SourceFooter.INDEX_OFFSET, SourceFooter.DICTIONARY_OFFSET
          }) {
        long at = place.number(field, 0);
        if (at >= chunk.start() && at < chunk.end()) {
          place.set(field, ThriftStruct.I64, at + shift);
        }
      }
      place.remove(SourceFooter.BLOOM_OFFSET);
      place.remove(SourceFooter.BLOOM_LENGTH);
      moved.set(SourceFooter.CHUNK_META, ThriftStruct.STRUCT, place);
    }
    return moved;
  }

  private static void copyBytes(SeekableInput input, long from, long to, AtomicOutput out)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, to - from)];
    for (long at = from; at < to; at += buffer.length) {
      int count = (int) Math.min(buffer.length, to - at);
      input.readFully(at, buffer, 0, count);
      out.write(buffer, 0, count);
    }
  }

  /** Removes what an earlier attempt left under this name, for nothing of the shard is kept. */
  public void delete() throws IOException {
    Storage.of(uri).delete(uri);
  }

  public long records() {
    return records;
  }

  /** Size of the file. */
  public long bytes() {
    return bytes;
  }

  /** Where the file is, or null where there was nothing to write. */
  public @org.jspecify.annotations.Nullable String uri() {
    return records == 0 ? null : uri;
  }
}
