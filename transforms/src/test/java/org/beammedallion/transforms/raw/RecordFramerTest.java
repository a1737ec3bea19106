package org.beammedallion.transforms.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.junit.jupiter.api.Test;

class RecordFramerTest {

  static final Framing WHOLE = Framing.of("memory:test", 7);

  @Test
  void findsLinesAndTheirPositions() throws IOException {
    RawBatch batch = RecordFramer.lines(stream("one\ntwo\r\nthree"), WHOLE).next();

    assertThat(records(List.of(batch)), is(List.of("one", "two", "three")));
    assertThat(Arrays.copyOf(batch.positions(), 3), is(new long[] {0, 4, 9}));
    assertThat(batch.provenance(1).shard(), is(7));
    assertThat(batch.header(), is(nullValue()));
  }

  @Test
  void givesNoBatchForAnEmptyFile() throws IOException {
    assertThat(RecordFramer.lines(stream(""), WHOLE).next(), is(nullValue()));
    assertThat(RecordFramer.lines(stream("\n \n\r\n\t\r\n"), WHOLE).next(), is(nullValue()));
    assertThat(RecordFramer.lines(stream("\uFEFF\n"), WHOLE).next(), is(nullValue()));
    assertThat(RecordFramer.csv(stream(""), WHOLE, CsvFormat.RFC_4180).next(), is(nullValue()));
    assertThat(
        RecordFramer.csv(stream("a,b\n"), WHOLE, CsvFormat.RFC_4180).next(), is(nullValue()));
  }

  @Test
  void skipsBlankLines() throws IOException {
    assertThat(lines("\n\na\n  \nb\n\r\n", WHOLE), is(List.of("a", "b")));
  }

  @Test
  void keepsOnlyOneCarriageReturnOut() throws IOException {
    assertThat(lines("a\r\r\nb\r", WHOLE), is(List.of("a\r", "b")));
  }

  @Test
  void endsAfterTheLastRecord() throws IOException {
    RecordFramer framer = RecordFramer.lines(stream("a\n"), WHOLE);

    assertThat(framer.next().count(), is(1));
    assertThat(framer.next(), is(nullValue()));
    assertThat(framer.next(), is(nullValue()));
  }

  @Test
  void cutsChunksBetweenRecords() throws IOException {
    String text = "first\nsecond\n\nthird and longer than a chunk\nfourth";
    for (int chunk = 1; chunk < 60; chunk++) {
      assertThat(
          lines(text, WHOLE.withChunkBytes(chunk)),
          is(List.of("first", "second", "third and longer than a chunk", "fourth")));
    }
  }

  @Test
  void setsRecordsOverTheLimitAside() throws IOException {
    for (int chunk = 1; chunk < 40; chunk++) {
      List<RawBatch> batches =
          all(
              RecordFramer.lines(
                  stream("12345\n123456\r\n1234567\n1234567890123\r\n12\n1234567"),
                  WHOLE.withChunkBytes(chunk).withMaxRecordBytes(6)));

      assertThat(records(batches), is(List.of("12345", "123456", "12")));
      List<DeadLetter> rejects = rejects(batches);
      assertThat(
          rejects.stream().map(DeadLetter::reason).distinct().toList(),
          is(List.of(Reason.OVERSIZED)));
      assertThat(
          rejects.stream().map(DeadLetter::payloadLength).toList(), is(List.of(7L, 13L, 7L)));
      assertThat(
          rejects.stream().map(letter -> letter.provenance().position()).toList(),
          is(List.of(14L, 22L, 40L)));
      assertThat(new String(rejects.get(1).payload(), UTF_8), is("1234567890123"));
      assertThat(rejects.get(0).detail(), containsString("7 bytes; the limit is 6"));
    }
  }

  @Test
  void skipsALineOfGigabytesInLittleMemory() throws IOException {
    long size = 3_000_000_000L;
    InputStream endless =
        new InputStream() {
          private long left = size;

          @Override
          public int read() {
            throw new AssertionError("Bytes are read one by one.");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            if (left == 0) {
              return -1;
            }
            int count = (int) Math.min(length, left);
            left -= count;
            Arrays.fill(target, offset, offset + count, (byte) 'x');
            if (left == 0) {
              target[offset + count - 1] = '\n';
            }
            return count;
          }
        };
    Framing framing = WHOLE.withChunkBytes(1 << 20).withMaxRecordBytes(1 << 20);
    System.gc();
    long before = usedMemory();

    List<RawBatch> batches = all(RecordFramer.lines(endless, framing));

    assertThat(usedMemory() - before, is(lessThan(1L << 28)));
    assertThat(rejects(batches).get(0).payloadLength(), is(size - 1));
    assertThat(rejects(batches).get(0).payload().length, is(RecordFramer.OVERSIZED_PAYLOAD_BYTES));
  }

  private static long usedMemory() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void keepsWhatCameBeforeAStreamBroke() throws IOException {
    List<RawBatch> batches = all(RecordFramer.lines(broken("one\ntwo\nthr", corruption()), WHOLE));

    assertThat(records(batches), is(List.of("one", "two")));
    DeadLetter letter = rejects(batches).get(0);
    assertThat(letter.reason(), is(Reason.MALFORMED));
    assertThat(new String(letter.payload(), UTF_8), is("thr"));
    assertThat(letter.payloadLength(), is(3L));
    assertThat(letter.provenance().position(), is(8L));
    assertThat(letter.detail(), containsString("after 11 bytes: The gzip file ends early."));
  }

  @Test
  void reportsAStreamThatBreaksBetweenRecordsOrAtItsBeginning() throws IOException {
    assertThat(rejects(all(RecordFramer.lines(broken("one\n", corruption()), WHOLE))), hasSize(1));
    assertThat(rejects(all(RecordFramer.lines(broken("", corruption()), WHOLE))), hasSize(1));
  }

  @Test
  void reportsAStreamThatBreaksInAnOversizedRecord() throws IOException {
    Framing small = WHOLE.withMaxRecordBytes(4).withChunkBytes(4);
    List<RawBatch> batches =
        all(RecordFramer.lines(broken("one\n1234567890", corruption()), small));

    assertThat(rejects(batches), hasSize(1));
    assertThat(rejects(batches).get(0).payloadLength(), is(10L));
    assertThat(rejects(batches).get(0).provenance().position(), is(4L));
  }

  @Test
  void throwsWhatTheStorageThrows() {
    RecordFramer framer =
        RecordFramer.lines(broken("one\ntwo", new IOException("connection reset")), WHOLE);

    IOException e = assertThrows(IOException.class, framer::next);
    assertThat(e.getMessage(), is("connection reset"));
  }

  @Test
  void ownsTheLinesThatStartInItsRange() throws IOException {
    String text = "one\ntwo\nthree\n";

    assertThat(range(text, 0, 4), is(List.of("one")));
    assertThat(range(text, 0, 5), is(List.of("one", "two")));
    assertThat(range(text, 1, 4), is(empty()));
    assertThat(range(text, 4, 8), is(List.of("two")));
    assertThat(range(text, 5, 14), is(List.of("three")));
    assertThat(range(text, 9, Long.MAX_VALUE), is(empty()));
    assertThat(range(text, 14, 20), is(empty()));
  }

  @Test
  void knowsPositionsInTheMiddleOfAFile() throws IOException {
    RawBatch batch =
        RecordFramer.lines(
                new ByteArrayInputStream("ne\ntwo\n".getBytes(UTF_8)), WHOLE.withRange(2, 100))
            .next();

    assertThat(batch.positions()[0], is(4L));
  }

  @Test
  void readsLittleBeyondItsRange() throws IOException {
    CountingStream in = new CountingStream("0123456789abcde\n".repeat(1 << 20).getBytes(UTF_8));

    assertThat(records(all(RecordFramer.lines(in, WHOLE.withRange(0, 160)))), hasSize(10));
    assertThat(in.count, is(lessThan(1L << 17)));
  }

  @Test
  void closesItsStream() throws IOException {
    CountingStream in = new CountingStream(new byte[0]);
    RecordFramer.lines(in, WHOLE).close();

    assertThat(in.closed, is(true));
  }

  static List<String> range(String text, long from, long to) throws IOException {
    Framing framing = WHOLE.withRange(from, to);
    byte[] bytes = text.getBytes(UTF_8);
    int opensAt = (int) Math.min(bytes.length, framing.opensAt());
    InputStream in = new ByteArrayInputStream(bytes, opensAt, bytes.length - opensAt);
    return records(all(RecordFramer.lines(in, framing)));
  }

  static List<String> lines(String text, Framing framing) throws IOException {
    return records(all(RecordFramer.lines(stream(text), framing)));
  }

  static List<RawBatch> all(RecordFramer framer) throws IOException {
    List<RawBatch> batches = new ArrayList<>();
    for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
      batches.add(batch);
    }
    return batches;
  }

  static List<String> records(List<RawBatch> batches) {
    List<String> records = new ArrayList<>();
    for (RawBatch batch : batches) {
      for (int i = 0; i < batch.count(); i++) {
        records.add(new String(batch.payload(i), UTF_8));
      }
    }
    return records;
  }

  private static List<DeadLetter> rejects(List<RawBatch> batches) {
    return batches.stream().flatMap(batch -> batch.rejects().stream()).toList();
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static IOException corruption() {
    return new CorruptStreamException("The gzip file ends early.", new EOFException());
  }

  private static InputStream broken(String text, IOException end) {
    return new InputStream() {
      private final InputStream before = stream(text);

      @Override
      public int read() throws IOException {
        throw new AssertionError("Bytes are read one by one.");
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int read = before.read(target, offset, Math.min(length, 3));
        if (read < 0) {
          throw end;
        }
        return read;
      }
    };
  }

  private static final class CountingStream extends InputStream {

    private final InputStream in;
    private long count;
    private boolean closed;

    CountingStream(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      throw new AssertionError("Bytes are read one by one.");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
