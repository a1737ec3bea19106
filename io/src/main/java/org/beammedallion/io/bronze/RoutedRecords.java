package org.beammedallion.io.bronze;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileWriter;
import org.beammedallion.transforms.bytes.AvroBuffer;
import org.beammedallion.transforms.raw.RoutePiece;
import org.jspecify.annotations.Nullable;

/**
 * Writes encoded records of many routes into one file of Avro, so that a block has records of one
 * route and no others. Memory is bounded, whatever the routes are. Not thread-safe.
 */
final class RoutedRecords {

  private static final int BLOCK_BYTES = 1 << 20;

  /** Buffered records, of all routes together. */
  private static final int MOST_BYTES = 16 << 20;

  /** Messages of further routes are for everybody: a field may have any number of values. */
  private static final int MOST_ROUTES = 1000;

  /** Of a file. Later messages are for everybody, so that plans and the index stay small. */
  private static final int MOST_PIECES = 10_000;

  /** In characters. A longer value is not the name of a table. */
  private static final int LONGEST_ROUTE = 256;

  private final DataFileWriter<?> writer;
  private final int mostBytes;
  private final Map<@Nullable String, Waiting> routes = new LinkedHashMap<>();
  private final List<RoutePiece> pieces = new ArrayList<>();
  private long waiting;

  /** Encoded records of a route, one behind another. */
  private static final class Waiting {
    private final AvroBuffer bytes = new AvroBuffer(256);
    private int[] ends = new int[16];
    private int count;

    void add(byte[] record, int length) {
      bytes.append(record, 0, length);
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      ends[count++] = bytes.length();
    }

    void writeTo(DataFileWriter<?> writer) throws IOException {
      int start = 0;
      for (int i = 0; i < count; i++) {
        writer.appendEncoded(ByteBuffer.wrap(bytes.bytes(), start, ends[i] - start));
        start = ends[i];
      }
    }
  }

  RoutedRecords(DataFileWriter<?> writer) {
    this(writer, MOST_BYTES);
  }

  RoutedRecords(DataFileWriter<?> writer, int mostBytes) {
    this.writer = writer;
    this.mostBytes = mostBytes;
  }

  /**
   * Adds a record.
   *
   * @param route null for everybody
   * @param record whose first bytes are its encoding
   */
  void add(@Nullable String route, byte[] record, int length) throws IOException {
    String known = known(route);
    Waiting of = routes.computeIfAbsent(known, any -> new Waiting());
    of.add(record, length);
    waiting += length;
    if (of.bytes.length() >= BLOCK_BYTES) {
      write(known, of);
    } else if (waiting > mostBytes) {
      writeLargest();
    }
  }

  private @Nullable String known(@Nullable String route) {
    boolean isName = route != null && route.length() <= LONGEST_ROUTE;
    boolean isKnown = routes.containsKey(route) || routes.size() < MOST_ROUTES;
    return isName && isKnown && pieces.size() < MOST_PIECES ? route : null;
  }

  private void writeLargest() throws IOException {
    String largest = null;
    Waiting most = null;
    for (Map.Entry<@Nullable String, Waiting> each : routes.entrySet()) {
      if (most == null || each.getValue().bytes.length() > most.bytes.length()) {
        largest = each.getKey();
        most = each.getValue();
      }
    }
    if (most != null) {
      write(largest, most);
    }
  }

  private void write(@Nullable String route, Waiting records) throws IOException {
    waiting -= records.bytes.length();
    // A buffer that has grown is not kept, as there may be a thousand routes.
    routes.put(route, new Waiting());
    long from = writer.sync();
    records.writeTo(writer);
    RoutePiece piece = new RoutePiece(route, from, writer.sync(), records.count);
    int last = pieces.size() - 1;
    if (last >= 0 && pieces.get(last).continuesIn(piece)) {
      pieces.set(last, pieces.get(last).with(piece));
    } else {
      pieces.add(piece);
    }
  }

  /** Writes what waits; nothing is added afterwards. */
  List<RoutePiece> finish() throws IOException {
    for (Map.Entry<@Nullable String, Waiting> each : List.copyOf(routes.entrySet())) {
      if (each.getValue().count > 0) {
        write(each.getKey(), each.getValue());
      }
    }
    return List.copyOf(pieces);
  }
}
