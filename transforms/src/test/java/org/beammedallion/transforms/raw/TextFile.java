package org.beammedallion.transforms.raw;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/** A text file in memory, and how it is read in tests. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TextFile(byte[] bytes, int chunk, int piece, int maxRecordBytes) {

  /** A record, or a dead letter with its reason. */
  record Found(long position, String text, @Nullable Reason reason) {}

  static TextFile of(byte[] bytes) {
    return new TextFile(bytes, Framing.DEFAULT_CHUNK_BYTES, Integer.MAX_VALUE, 1 << 20);
  }

  static TextFile of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  TextFile inChunks(int size) {
    return new TextFile(bytes, size, piece, maxRecordBytes);
  }

  TextFile inPieces(int size) {
    return new TextFile(bytes, chunk, size, maxRecordBytes);
  }

  TextFile withMaxRecordBytes(int limit) {
    return new TextFile(bytes, chunk, piece, limit);
  }

  RawBatches open(TextFormat format, FileCheck check, long from, long to) throws IOException {
    Framing framing =
        Framing.of("memory:test", 0)
            .withRange(from, to)
            .withChunkBytes(chunk)
            .withMaxRecordBytes(maxRecordBytes);
    return TextRecords.open(this::stream, framing, format, check);
  }

  RawBatches open(TextFormat format) throws IOException {
    return open(format, FileCheck.NONE, 0, Long.MAX_VALUE);
  }

  private InputStream stream(long position) {
    int from = (int) Math.min(position, bytes.length);
    return new FilterInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from)) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, piece));
      }
    };
  }

  List<Found> found(TextFormat format, long from, long to) throws IOException {
    try (RawBatches batches = open(format, FileCheck.NONE, from, to)) {
      return found(batches);
    }
  }

  List<Found> found(TextFormat format) throws IOException {
    return found(format, 0, Long.MAX_VALUE);
  }

  /** What there is, in the order of the file. */
  static List<Found> found(RawBatches batches) throws IOException {
    List<Found> found = new ArrayList<>();
    for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
      for (int i = 0; i < batch.count(); i++) {
        String text = new String(batch.payload(i), StandardCharsets.UTF_8);
        found.add(new Found(batch.positions()[i], text, null));
      }
      for (DeadLetter letter : batch.rejects()) {
        String text = new String(letter.payload(), StandardCharsets.UTF_8);
        found.add(new Found(letter.provenance().position(), text, letter.reason()));
      }
    }
    found.sort(Comparator.comparingLong(Found::position));
    return found;
  }

  List<String> texts(TextFormat format) throws IOException {
    return found(format).stream()
        .map(found -> found.reason() == null ? found.text() : found.reason() + ":" + found.text())
        .toList();
  }

  @Nullable String warning(TextFormat format) throws IOException {
    try (RawBatches batches = open(format)) {
      found(batches);
      return batches.warning();
    }
  }
}
