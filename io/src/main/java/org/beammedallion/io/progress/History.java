package org.beammedallion.io.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * Completed cycles in segments, in the folder {@code history}: immutable files, each of a range of
 * cycles, one line of JSON for each cycle. Reading cycles in their order reads each block once.
 */
final class History implements Closeable {

  private static final int BLOCK = 64 << 10;

  private static final Pattern NAME = Pattern.compile("(\\d{10})-(\\d{10})\\.cycles");

  /** A file of cycles, {@code to} among them. */
  record Segment(long from, long to, String uri) {

    long cycles() {
      return to - from + 1;
    }

    boolean holds(long cycle) {
      return from <= cycle && cycle <= to;
    }
  }

  /** Gives a cycle. */
  @FunctionalInterface
  interface Cycles {
    CycleRecord read(long cycle) throws IOException;
  }

  private final LogFiles files;
  private @Nullable List<Segment> segments;
  private @Nullable Segment open;
  private @Nullable IndexedBlocks blocks;
  private int number = -1;
  private long firstOfBlock;
  private List<String> lines = List.of();

  History(LogFiles files) {
    this.files = files;
  }

  /** Segments in order of their cycles, without those that a wider one replaces. */
  List<Segment> segments() throws IOException {
    List<Segment> known = segments;
    if (known == null) {
      known = wide(all());
      segments = known;
    }
    return known;
  }

  /** All segments, the wider one of two that begin together first. */
  List<Segment> all() throws IOException {
    List<Segment> all = new ArrayList<>();
    for (StoredFile file : files.storage().listDirect(files.folder(Kind.HISTORY))) {
      Matcher matcher = NAME.matcher(file.name());
      if (matcher.matches()) {
        all.add(
            new Segment(
                Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), file.uri()));
      }
    }
    all.sort(
        Comparator.comparingLong(Segment::from)
            .thenComparing(Segment::to, Comparator.reverseOrder()));
    return all;
  }

  static List<Segment> wide(List<Segment> all) {
    List<Segment> wide = new ArrayList<>();
    long end = 0;
    for (Segment segment : all) {
      if (segment.to() > end) {
        wide.add(segment);
        end = segment.to();
      }
    }
    return wide;
  }

  /** Looks for segments again. */
  void refresh() {
    segments = null;
  }

  /** A cycle, or null where no segment has it. */
  @Nullable CycleRecord find(long cycle) throws IOException {
    Segment segment = open;
    if (segment == null || !segment.holds(cycle)) {
      segment = segmentOf(cycle);
      if (segment == null) {
        return null;
      }
      try {
        open(segment);
      } catch (DamagedLogException e) {
        // It may have been merged into a wider one meanwhile.
        refresh();
        Segment now = segmentOf(cycle);
        if (now == null || now.equals(segment)) {
          throw e;
        }
        segment = now;
        open(segment);
      }
    }
    IndexedBlocks current = blocks;
    if (current == null) {
      throw new IllegalStateException("No segment is open.");
    }
    int wanted = current.find(key(cycle));
    if (wanted != number) {
      lines = new String(current.read(wanted), StandardCharsets.UTF_8).lines().toList();
      firstOfBlock = Long.parseLong(current.blocks().get(wanted).first());
      number = wanted;
    }
    try {
      return LogFiles.COMPACT.readValue(lines.get((int) (cycle - firstOfBlock)), CycleRecord.class);
    } catch (JsonProcessingException e) {
      throw new DamagedLogException(
          segment.uri(), "cannot be read: " + e.getOriginalMessage(), Kind.HISTORY.repair(), e);
    }
  }

  private @Nullable Segment segmentOf(long cycle) throws IOException {
    for (Segment segment : segments()) {
      if (segment.holds(cycle)) {
        return segment;
      }
    }
    return null;
  }

  private void open(Segment segment) throws IOException {
    close();
    blocks = IndexedBlocks.open(files.storage(), segment.uri(), Kind.HISTORY);
    open = segment;
  }

  private static String key(long cycle) {
    return String.format(Locale.ROOT, "%010d", cycle);
  }

  private String uri(long from, long to) {
    return files.file(Kind.HISTORY, key(from) + "-" + key(to) + ".cycles");
  }

  /** Writes a segment; it is there as a whole or not at all. */
  Segment write(long from, long to, Cycles cycles) throws IOException {
    String uri = uri(from, to);
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    try (IndexedBlocksWriter out = new IndexedBlocksWriter(files.storage().create(uri))) {
      long first = from;
      for (long cycle = from; cycle <= to; cycle++) {
        block.write(LogFiles.COMPACT.writeValueAsBytes(cycles.read(cycle)));
        block.write('\n');
        if (block.size() >= BLOCK || cycle == to) {
          out.add(key(first), block.toByteArray());
          block.reset();
          first = cycle + 1;
        }
      }
      out.finish();
    }
    return new Segment(from, to, uri);
  }

  /** Writes one segment of several that follow each other; blocks are copied as they are. */
  Segment merge(List<Segment> parts) throws IOException {
    long from = parts.get(0).from();
    long to = parts.get(parts.size() - 1).to();
    String uri = uri(from, to);
    try (IndexedBlocksWriter out = new IndexedBlocksWriter(files.storage().create(uri))) {
      for (Segment part : parts) {
        try (IndexedBlocks source = IndexedBlocks.open(files.storage(), part.uri(), Kind.HISTORY)) {
          out.addAll(source);
        }
      }
      out.finish();
    }
    return new Segment(from, to, uri);
  }

  @Override
  public void close() throws IOException {
    if (blocks != null) {
      blocks.close();
    }
    blocks = null;
    open = null;
    number = -1;
  }
}
