package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.beammedallion.io.parquet.source.SourceFooter.Chunk;
import org.beammedallion.io.parquet.source.SourceFooter.Group;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.jspecify.annotations.Nullable;

/** What row groups hold, wherever they lie: in a file of a source, or in files of bronze. */
public final class RowGroupPages {

  private static final int BUFFER = 1 << 20;

  private RowGroupPages() {}

  /** The file of the source whose row groups a file of bronze has; null where it does not tell. */
  public static @Nullable String source(String uri) throws IOException {
    try (SeekableInput input = Storage.of(uri).openSeekable(uri)) {
      return SourceFooter.read(input).keyValue(RowGroupBronze.SOURCE);
    }
  }

  /**
   * Digest of the schema and of the bytes of all pages.
   *
   * @param uris of files whose row groups follow each other
   * @return an empty text where there is no row
   */
  public static String digest(List<String> uris) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    boolean empty = true;
    for (String uri : uris) {
      try (SeekableInput input = Storage.of(uri).openSeekable(uri)) {
        SourceFooter footer = SourceFooter.read(input);
        for (Group group : footer.groups()) {
          if (group.rows() > 0) {
            if (empty) {
              addSchema(digest, footer);
            }
            empty = false;
            for (Chunk chunk : group.chunks()) {
              add(digest, input, chunk);
            }
          }
        }
      }
    }
    return empty ? "" : HexFormat.of().formatHex(digest.digest());
  }

  private static void addSchema(MessageDigest digest, SourceFooter footer) {
    footer.root().structs(SourceFooter.SCHEMA).forEach(column -> digest.update(column.write()));
  }

  private static void add(MessageDigest digest, SeekableInput input, Chunk chunk)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, chunk.end() - chunk.start())];
    for (long at = chunk.start(); at < chunk.end(); at += buffer.length) {
      int count = (int) Math.min(buffer.length, chunk.end() - at);
      input.readFully(at, buffer, 0, count);
      digest.update(buffer, 0, count);
    }
  }
}
