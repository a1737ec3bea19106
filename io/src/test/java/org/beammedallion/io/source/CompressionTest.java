package org.beammedallion.io.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.beammedallion.transforms.raw.CorruptStreamException;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {

  private static final byte[] TEXT = "one line\nand another\n".repeat(2000).getBytes(UTF_8);

  private static byte[] compressed(Compression compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (compression) {
          case NONE -> bytes;
          case GZIP -> new GZIPOutputStream(bytes);
          case ZSTD -> new ZstdOutputStream(bytes);
          case BZIP2 -> new BZip2CompressorOutputStream(bytes);
        }) {
      out.write(TEXT);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void readsEveryStreamOfAFile(Compression compression) throws IOException {
    byte[] once = compressed(compression);
    byte[] twice = Arrays.copyOf(once, once.length * 2);
    System.arraycopy(once, 0, twice, once.length, once.length);
    // Object stores often say that nothing is available, though more is to come.
    InputStream reserved =
        new FilterInputStream(new ByteArrayInputStream(twice)) {
          @Override
          public int available() {
            return 0;
          }
        };
    assertThat(compression.decompress(reserved).readAllBytes().length, is(2 * TEXT.length));
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void callsAStreamThatEndsEarlyCorrupt(Compression compression) throws IOException {
    byte[] whole = compressed(compression);
    InputStream cut = compression.decompress(new ByteArrayInputStream(whole, 0, whole.length - 5));
    assertThrows(CorruptStreamException.class, cut::readAllBytes);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void refusesAFileThatIsNotCompressed(Compression compression) {
    InputStream plain = compression.decompress(new ByteArrayInputStream(TEXT));
    String why = assertThrows(RefusedFileException.class, plain::readAllBytes).why();
    assertThat(why, startsWith("is not compressed by " + compression.name().toLowerCase(ROOT)));
    assertThat(why, containsString("'compression' in the source of the pipeline file"));
    InputStream stub = compression.decompress(new ByteArrayInputStream(TEXT, 0, 2));
    assertThrows(CorruptStreamException.class, stub::readAllBytes);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void leavesTheStoragesOwnFailureAlone(Compression compression) throws IOException {
    byte[] whole = compressed(compression);
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(whole, 0, whole.length / 2)) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count < 0) {
              throw new IOException("the disk is gone");
            }
            return count;
          }
        };
    IOException failure =
        assertThrows(IOException.class, () -> compression.decompress(failing).readAllBytes());
    assertThat(failure.getMessage(), is("the disk is gone"));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void findsNothingInAnEmptyFile(Compression compression) throws IOException {
    assertThat(compression.decompress(InputStream.nullInputStream()).readAllBytes().length, is(0));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** As {@code zstd} with checksums, and with a frame that readers skip. */
  private static byte[] small(Compression compression, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (compression == Compression.ZSTD) {
      bytes.writeBytes(new byte[] {0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3});
      ZstdOutputStream out = new ZstdOutputStream(bytes);
      out.setChecksum(true);
      try (out) {
        out.write(text.getBytes(UTF_8));
      }
      return bytes.toByteArray();
    }
    try (OutputStream out =
        compression == Compression.GZIP
            ? new GZIPOutputStream(bytes)
            : new BZip2CompressorOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Two gzip members, of which the second does not begin as one. */
  static byte[] brokenMember() throws IOException {
    byte[] first = small(Compression.GZIP, "one\ntwo\n");
    byte[] both = joined(first, small(Compression.GZIP, "three\n"));
    both[first.length] ^= 1;
    return both;
  }

  private static String read(Compression compression, byte[] stored) throws IOException {
    return new String(
        compression.decompress(new ByteArrayInputStream(stored)).readAllBytes(), UTF_8);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void callsAFurtherStreamThatIsCutAnywhereCorrupt(Compression compression) throws IOException {
    byte[] first = small(compression, "id,a\n1,x\n");
    byte[] second = small(compression, "2,y\n");
    assertThat(read(compression, joined(first, second)), is("id,a\n1,x\n2,y\n"));
    assertThat(read(compression, first), is("id,a\n1,x\n"));
    // A skipped frame that is whole ends where a file may end.
    int whole = compression == Compression.ZSTD ? 11 : 0;
    for (int length = 1; length < second.length; length++) {
      byte[] cut = joined(first, Arrays.copyOf(second, length));
      if (length != whole) {
        assertThrows(
            CorruptStreamException.class,
            () -> read(compression, cut),
            "with " + length + " bytes of the second");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void callsWhatFollowsAStreamAndIsNoneCorrupt(Compression compression) throws IOException {
    byte[] first = small(compression, "id,a\n1,x\n");
    byte[] second = small(compression, "2,y\n");
    second[0] ^= 1 << 6;
    InputStream flipped = compression.decompress(new ByteArrayInputStream(joined(first, second)));
    assertThat(new String(flipped.readNBytes(9), UTF_8), is("id,a\n1,x\n"));
    CorruptStreamException damage = assertThrows(CorruptStreamException.class, flipped::read);
    assertThat(assertThrows(CorruptStreamException.class, flipped::read), is(damage));
    for (String garbage : List.of("x", "end", "some more text than a header has")) {
      assertThrows(
          CorruptStreamException.class,
          () -> read(compression, joined(first, garbage.getBytes(UTF_8))));
    }
  }

  @Test
  void takesZeroBytesBehindTheLastMemberForPadding() throws IOException {
    byte[] member = small(Compression.GZIP, "id\n1\n");
    for (int zeros : new int[] {1, 7, 512, 200_000}) {
      byte[] padded = joined(member, member, new byte[zeros]);
      assertThat(read(Compression.GZIP, padded), is("id\n1\nid\n1\n"));
      assertThrows(
          CorruptStreamException.class, () -> read(Compression.GZIP, joined(padded, member)));
    }
  }

  @Test
  void readsEveryKindOfGzipHeaderAndChecksIt() throws IOException {
    byte[] plain = small(Compression.GZIP, "id\n1\n");
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
    byte[] header = {
      0x1F,
      (byte) 0x8B,
      8,
      0x1E,
      1,
      2,
      3,
      4,
      0,
      3, // Fixed part.
      2,
      0,
      9,
      9, // Extra bytes behind their length.
      'a',
      '.',
      'c',
      's',
      'v',
      0, // The file's name.
      'h',
      'i',
      0 // A comment.
    };
    CRC32 checksum = new CRC32();
    checksum.update(header);
    byte[] sum = {(byte) checksum.getValue(), (byte) (checksum.getValue() >> 8)};
    byte[] whole = joined(plain, header, sum, body);
    assertThat(read(Compression.GZIP, whole), is("id\n1\nid\n1\n"));
    for (int at = 0; at < header.length; at++) {
      byte[] flipped = whole.clone();
      flipped[plain.length + at] ^= 1;
      assertThrows(
          CorruptStreamException.class, () -> read(Compression.GZIP, flipped), "byte " + at);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD", "BZIP2"})
  void leavesTheStoragesFailureBetweenStreamsAlone(Compression compression) throws IOException {
    byte[] first = small(compression, "id,a\n1,x\n");
    byte[] second = small(compression, "2,y\n");
    for (int length = 0; length < second.length; length++) {
      byte[] begun = joined(first, Arrays.copyOf(second, length));
      InputStream failing =
          new SequenceInputStream(
              new ByteArrayInputStream(begun),
              new InputStream() {
                @Override
                public int read() throws IOException {
                  throw new IOException("the disk is gone");
                }

                @Override
                public int read(byte[] bytes, int offset, int count) throws IOException {
                  throw new IOException("the disk is gone");
                }
              });
      IOException failure =
          assertThrows(IOException.class, () -> compression.decompress(failing).readAllBytes());
      assertThat(failure.getMessage(), is("the disk is gone"));
    }
  }
}
