package org.beammedallion.transforms.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.transforms.raw.RawBatch;
import org.jspecify.annotations.Nullable;

/** Makes batches of records for tests. */
public final class RawBatches {

  private RawBatches() {}

  public static RawBatch of(String... records) {
    return of(
        null, Stream.of(records).map(record -> record.getBytes(StandardCharsets.UTF_8)).toList());
  }

  public static RawBatch withHeader(String header, String... records) {
    return of(
        header.getBytes(StandardCharsets.UTF_8),
        Stream.of(records).map(record -> record.getBytes(StandardCharsets.UTF_8)).toList());
  }

  public static RawBatch of(byte @Nullable [] header, List<byte[]> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int count = records.size();
    int[] starts = new int[count];
    int[] lengths = new int[count];
    long[] positions = new long[count];
    for (int i = 0; i < count; i++) {
      starts[i] = bytes.size();
      lengths[i] = records.get(i).length;
      positions[i] = bytes.size();
      bytes.writeBytes(records.get(i));
      bytes.write('\n');
    }
    return new RawBatch(
        "memory:test",
        3,
        header,
        bytes.toByteArray(),
        count,
        starts,
        lengths,
        positions,
        List.of());
  }
}
