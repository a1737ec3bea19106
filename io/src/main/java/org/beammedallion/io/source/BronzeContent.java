package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.parquet.source.RowGroupPages;
import org.beammedallion.io.progress.FileReading;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Compares files with what bronze has of files that were read before: their records, or the pages
 * of their row groups. Keeps the names of one cycle's files at a time. Not thread-safe.
 */
final class BronzeContent {

  private static final long OTHER_SEED = 0x9E3779B97F4A7C15L;

  private final String folder;
  private final ShardFormat format;
  private long cycle;
  private Map<String, List<String>> bySource = Map.of();

  /**
   * @param folder of the pipeline's bronze layer
   */
  BronzeContent(String folder, ShardFormat format) {
    this.folder = folder;
    this.format = format;
  }

  /** What a comparison has found. */
  enum Answer {
    SAME,
    OTHER,
    /** Bronze has nothing of the file any more. */
    UNKNOWN
  }

  /**
   * Compares.
   *
   * @param file of the source
   * @param name under which the other file was read
   */
  Answer compare(StoredFile file, String name, FileReading reading) throws IOException {
    List<String> kept = kept(reading).getOrDefault(name, List.of());
    String now;
    String then;
    try {
      if (format.kind() == Kind.PARQUET) {
        now = RowGroupPages.digest(List.of(file.uri()));
        then = RowGroupPages.digest(kept);
      } else {
        now = records(file);
        then = records(kept);
      }
    } catch (RefusedFileException e) {
      // Reading it will tell why.
      return Answer.OTHER;
    }
    if (now.equals(then)) {
      return Answer.SAME;
    }
    return kept.isEmpty() ? Answer.UNKNOWN : Answer.OTHER;
  }

  /** The files of a cycle, by the source's file, in order of their shards. */
  private Map<String, List<String>> kept(FileReading reading) throws IOException {
    if (reading.cycle() != cycle) {
      Map<String, List<String>> found = new HashMap<>();
      List<StoredFile> files =
          new ArrayList<>(new BronzeCycle(folder, reading.cycle(), reading.time()).files());
      // Numbers of more than five digits come behind those of five.
      files.sort(
          Comparator.comparingInt((StoredFile file) -> file.uri().length())
              .thenComparing(StoredFile::uri));
      for (StoredFile file : files) {
        String source = source(file.uri());
        if (source != null) {
          found.computeIfAbsent(source, any -> new ArrayList<>()).add(file.uri());
        }
      }
      bySource = found;
      cycle = reading.cycle();
    }
    return bySource;
  }

  private static @Nullable String source(String uri) throws IOException {
    if (uri.endsWith(".parquet")) {
      return RowGroupPages.source(uri);
    }
    try (BronzeRecords records = BronzeRecords.open(uri)) {
      return records.next() ? records.source() : null;
    }
  }

  private String records(StoredFile file) throws IOException {
    Digest digest = new Digest();
    FileShard whole = new FileShard(0, file.uri(), file.size(), file.modified(), 0, file.size());
    try (RawBatches batches = format.open(whole)) {
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        for (int i = 0; i < batch.count(); i++) {
          int length = batch.lengths()[i];
          digest.add(batch.positions()[i], length, batch.bytes(), batch.starts()[i], length);
        }
        for (DeadLetter reject : batch.rejects()) {
          byte[] payload = reject.payload();
          digest.add(
              reject.provenance().position(), reject.payloadLength(), payload, 0, payload.length);
        }
        digest.header(batch.header());
      }
    }
    return digest.toString();
  }

  private static String records(List<String> bronze) throws IOException {
    Digest digest = new Digest();
    for (String uri : bronze) {
      try (BronzeRecords records = BronzeRecords.open(uri)) {
        while (records.next()) {
          byte[] payload = records.payload();
          digest.add(records.position(), records.length(), payload, 0, payload.length);
          digest.header(records.header());
        }
      }
    }
    return digest.toString();
  }

  /** Of records in any order, for what is no whole record stands behind the others of its batch. */
  private static final class Digest {
    private long records;
    private long sum;
    private long otherSum;
    private byte @Nullable [] header;

    void add(long position, long length, byte[] bytes, int start, int count) {
      records++;
      sum += Hashes.of(bytes, start, count, Hashes.mix(position) + length);
      otherSum += Hashes.of(bytes, start, count, Hashes.mix(position ^ OTHER_SEED) + length);
    }

    void header(byte @Nullable [] bytes) {
      header = header == null ? bytes : header;
    }

    @Override
    public String toString() {
      return records
          + " "
          + sum
          + " "
          + otherSum
          + " "
          + (records == 0 ? 0 : Arrays.hashCode(header));
    }
  }
}
