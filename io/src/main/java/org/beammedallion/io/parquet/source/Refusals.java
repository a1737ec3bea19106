package org.beammedallion.io.parquet.source;

import java.io.EOFException;
import java.util.Arrays;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/** Why a Parquet file is refused, in words for a person. */
final class Refusals {

  static final String ENCRYPTED =
      "is encrypted, which is not supported. Have the source write it without Parquet's encryption; storage can"
          + " encrypt whole files.";

  private static final int MAX_MESSAGE = 200;

  private Refusals() {}

  static RefusedFileException damaged(String what) {
    return new RefusedFileException("is damaged: " + what + ". Bring the whole file again.");
  }

  /** A file that cannot be read, by the innermost cause. */
  static RefusedFileException unreadable(String where, Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof OutOfMemoryError) {
      return new RefusedFileException(
          "is damaged, or too large for this machine: "
              + where
              + " asks for more memory than there is ("
              + cause.getMessage()
              + "). Bring the whole file again, or give the workers more memory.",
          error);
    }
    String message =
        cause instanceof EOFException && cause.getMessage() == null
            ? "it ends before all of its values"
            : shortened(cause.getMessage());
    if (isOfSchema(cause)) {
      return new RefusedFileException(
          "has a schema that the format does not allow: "
              + message
              + ". The file is whole; have its writer store such a column by a type that may be annotated so, as texts by"
              + " BYTE_ARRAY.",
          error);
    }
    String words =
        cause instanceof RuntimeException && !isOfParquet(cause)
            ? cause.getClass().getSimpleName() + (message == null ? "" : ": " + message)
            : message == null ? cause.getClass().getSimpleName() : message;
    return new RefusedFileException(
        "is damaged or cannot be read: " + where + ": " + words + ". Bring the whole file again.",
        error);
  }

  private static @Nullable String shortened(@Nullable String message) {
    if (message == null) {
      return null;
    }
    String line = message.strip().replaceAll("\\s+", " ");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }

  /** Parquet's own schema checks what annotates what. */
  private static boolean isOfSchema(Throwable cause) {
    return cause instanceof IllegalStateException
        && cause.getMessage() != null
        && Arrays.stream(cause.getStackTrace())
            .limit(3)
            .anyMatch(frame -> frame.getClassName().startsWith("org.apache.parquet.schema."));
  }

  private static boolean isOfParquet(Throwable cause) {
    return cause.getClass().getName().contains("parquet");
  }

  static RefusedFileException codec(String column, CompressionCodecName codec) {
    return new RefusedFileException(
        "has the column '"
            + column
            + "' compressed by "
            + codec
            + ", which is not supported. Have the source write zstd, snappy, gzip, LZ4_RAW or no compression.");
  }

  static RefusedFileException column(String column, String what, @Nullable String wayOut) {
    return new RefusedFileException(
        "has the column '"
            + column
            + "' "
            + what
            + ". "
            + (wayOut == null
                ? "Leave the field out of the contract, or make the source write another type."
                : wayOut));
  }
}
