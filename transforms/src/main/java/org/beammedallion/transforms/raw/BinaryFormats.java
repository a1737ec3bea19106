package org.beammedallion.transforms.raw;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Tells files that are no text by how they begin. */
final class BinaryFormats {

  /** A text file may begin with letters that are a magic number, so these need a second sign. */
  private static final int LOOKED_AT = 1 << 10;

  /** Number of first bytes in which a text has no NUL. */
  private static final int NULS = 10;

  private static final String UNPACK = "Unpack it and bring the files in it.";
  private static final String CONTRACT = "Say so as 'format' of the contract's server.";

  /**
   * How a format begins.
   *
   * @param magic bytes in hexadecimal
   * @param at where they stand
   */
  private record Magic(String magic, int at, String is, String wayOut) {

    boolean begins(byte[] bytes, int length) {
      byte[] wanted = HexFormat.of().parseHex(magic);
      if (length < at + wanted.length) {
        return false;
      }
      boolean letters = true;
      for (int i = 0; i < wanted.length; i++) {
        if (bytes[at + i] != wanted[i]) {
          return false;
        }
        letters &= wanted[i] >= ' ';
      }
      return !letters || holdsControls(bytes, Math.min(length, LOOKED_AT));
    }
  }

  private static final Magic[] KNOWN = {
    new Magic("1f8b08", 0, "is compressed by gzip", compression("gzip", ".gz")),
    new Magic("28b52ffd", 0, "is compressed by Zstandard", compression("zstd", ".zst")),
    new Magic("425a68", 0, "is compressed by bzip2", compression("bzip2", ".bz2")),
    new Magic("fd377a585a00", 0, "is compressed by xz", "Compress it by gzip, zstd or bzip2."),
    new Magic("04224d18", 0, "is compressed by LZ4", "Compress it by gzip, zstd or bzip2."),
    new Magic(
        "ff060000734e6150", 0, "is compressed by Snappy", "Compress it by gzip, zstd or bzip2."),
    new Magic("1f9d", 0, "is compressed by compress (.Z)", "Compress it by gzip, zstd or bzip2."),
    new Magic("50415231", 0, "is a Parquet file", CONTRACT),
    new Magic("4f626a01", 0, "is an Avro file", CONTRACT),
    new Magic("4f5243", 0, "is an ORC file", "Write it as Parquet."),
    new Magic(
        "504b0304",
        0,
        "is a zip archive or an Excel workbook",
        "Unpack it, or save the sheet as CSV in UTF-8."),
    new Magic("d0cf11e0a1b11ae1", 0, "is an Excel workbook", "Save the sheet as CSV in UTF-8."),
    new Magic("377abcaf271c", 0, "is a 7z archive", UNPACK),
    new Magic("7573746172", 257, "is a tar archive", UNPACK),
    new Magic("53514c69746520666f726d6174203300", 0, "is a SQLite database", "Export the table."),
    new Magic("25504446", 0, "is a PDF document", "Bring the data as CSV or JSON."),
  };

  private BinaryFormats() {}

  /**
   * Why bytes are no text in UTF-8: sentences of which the first begins with its verb; null where
   * nothing speaks against it.
   */
  static @Nullable String reason(byte[] bytes, int length) {
    for (Magic each : KNOWN) {
      if (each.begins(bytes, length)) {
        return each.is + ", not a text. " + each.wayOut;
      }
    }
    int nuls = 0;
    int even = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == 0) {
        nuls++;
        even += (i & 1) == 0 ? 1 : 0;
      }
    }
    if (nuls * NULS < length || nuls == 0) {
      return null;
    }
    boolean halves = nuls * 4 > length && nuls * 2 <= length + 1;
    if (halves && (even == 0 || even == nuls)) {
      return "looks like UTF-16 without a byte order mark. Say 'encoding: "
          + (even == 0 ? "utf-16le" : "utf-16be")
          + "' in the source of the pipeline file.";
    }
    return "looks binary: "
        + nuls
        + " of its first "
        + length
        + " bytes are NUL. Check the 'format' of the contract's server, and 'compression' and 'encoding' of the source.";
  }

  private static String compression(String name, String extension) {
    return "Give it a name that ends in '"
        + extension
        + "', or say 'compression: "
        + name
        + "' in the source of the pipeline file.";
  }

  private static boolean holdsControls(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] >= 0 && bytes[i] < '\t') {
        return true;
      }
    }
    return false;
  }

  /** The beginning of a text, as one line for a person. */
  static String shown(byte[] bytes, int from, int to) {
    int end = Math.min(to, from + 40);
    String text = new String(bytes, from, Math.max(0, end - from), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", " ").strip() + (end < to ? "…" : "");
  }
}
