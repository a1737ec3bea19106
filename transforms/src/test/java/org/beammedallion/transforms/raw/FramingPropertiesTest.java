package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.quality.deadletter.DeadLetter;

class FramingPropertiesTest {

  /** A record or a dead letter of the framer, by where it starts and what it is. */
  private record Found(long position, String text, boolean rejected) {}

  @Property(tries = 2_000)
  void chunksDoNotChangeTheRecords(
      @ForAll("texts") String text,
      @ForAll @IntRange(min = 1, max = 40) int chunk,
      @ForAll @IntRange(min = 1, max = 7) int piece)
      throws IOException {
    Framing framing = Framing.of("memory:test", 0).withMaxRecordBytes(20);

    assertThat(
        lines(text, framing.withChunkBytes(chunk), piece),
        is(lines(text, framing, Integer.MAX_VALUE)));
    assertThat(
        csv(text, framing.withChunkBytes(chunk), piece), is(csv(text, framing, Integer.MAX_VALUE)));
  }

  @Property(tries = 2_000)
  void eachLineBelongsToExactlyOneShard(
      @ForAll("texts") String text,
      @ForAll @Size(max = 5) List<@IntRange(min = 0, max = 120) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 40) int chunk)
      throws IOException {
    Framing framing = Framing.of("memory:test", 0).withMaxRecordBytes(20).withChunkBytes(chunk);
    TreeSet<Integer> borders = new TreeSet<>(cuts);
    borders.add(0);
    List<Integer> starts = new ArrayList<>(borders);
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      long to = i + 1 < starts.size() ? starts.get(i + 1) : Long.MAX_VALUE;
      found.addAll(lines(text, framing.withRange(starts.get(i), to), Integer.MAX_VALUE));
    }

    assertThat(found, is(lines(text, framing, Integer.MAX_VALUE)));
  }

  @Property(tries = 1_000)
  void recordsAreTheLinesOfTheText(@ForAll("texts") String text) throws IOException {
    List<String> expected = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank()) {
        expected.add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
      }
    }

    List<Found> found = lines(text, Framing.of("memory:test", 0), Integer.MAX_VALUE);

    assertThat(found.stream().map(Found::text).toList(), is(expected));
    for (Found record : found) {
      assertThat(text.startsWith(record.text(), (int) record.position()), is(true));
    }
  }

  @Property(tries = 1_000)
  void noRecordIsLargerThanTheLimit(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 30) int limit)
      throws IOException {
    for (Found record :
        lines(text, Framing.of("memory:test", 0).withMaxRecordBytes(limit).withChunkBytes(16), 5)) {
      if (!record.rejected()) {
        assertThat(record.text().length(), is(lessThanOrEqualTo(limit)));
      }
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab\"\"\n\n\r, \t").ofMaxLength(100);
  }

  private static List<Found> lines(String text, Framing framing, int piece) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = (int) Math.min(bytes.length, framing.opensAt());
    try (RecordFramer framer =
        RecordFramer.lines(
            pieces(Arrays.copyOfRange(bytes, start, bytes.length), piece), framing)) {
      return found(framer);
    }
  }

  private static List<Found> csv(String text, Framing framing, int piece) throws IOException {
    try (RecordFramer framer =
        RecordFramer.csv(
            pieces(text.getBytes(StandardCharsets.UTF_8), piece),
            framing,
            CsvFormat.RFC_4180.withoutHeader())) {
      return found(framer);
    }
  }

  private static InputStream pieces(byte[] bytes, int piece) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, piece));
      }
    };
  }

  private static List<Found> found(RecordFramer framer) throws IOException {
    List<Found> found = new ArrayList<>();
    for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
      for (int i = 0; i < batch.count(); i++) {
        found.add(
            new Found(
                batch.positions()[i], new String(batch.payload(i), StandardCharsets.UTF_8), false));
      }
      for (DeadLetter letter : batch.rejects()) {
        found.add(
            new Found(
                letter.provenance().position(),
                new String(letter.payload(), StandardCharsets.UTF_8),
                true));
      }
    }
    found.sort(Comparator.comparingLong(Found::position));
    return found;
  }
}
