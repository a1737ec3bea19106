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
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.beammedallion.transforms.raw.CorruptStreamException;
import org.beammedallion.transforms.raw.RefusedFileException;
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
}
