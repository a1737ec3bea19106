package org.beammedallion.pipelines.cycle;

import java.util.Optional;
import org.beammedallion.io.source.Compression;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.transforms.raw.CsvFormat;

/** From the pipeline file's words for a source to what reads it. */
final class Sources {

  private Sources() {}

  static FileSource of(SourceSpec spec) {
    String path = Storage.of(spec.path()).canonical(spec.path());
    return FileSource.of(path, spec.format() == SourceSpec.Format.JSON, compression(spec));
  }

  static Optional<Compression> compression(SourceSpec spec) {
    return switch (spec.compression()) {
      case AUTO -> Optional.empty();
      case NONE -> Optional.of(Compression.NONE);
      case GZIP -> Optional.of(Compression.GZIP);
      case ZSTD -> Optional.of(Compression.ZSTD);
      case BZIP2 -> Optional.of(Compression.BZIP2);
    };
  }

  static Optional<CsvFormat> csv(SourceSpec spec) {
    if (spec.format() != SourceSpec.Format.CSV) {
      return Optional.empty();
    }
    SourceSpec.CsvSpec csv = spec.csv();
    String nullValue = csv.nullValue();
    return Optional.of(
        new CsvFormat(csv.delimiter(), csv.quote(), csv.hasHeader(), nullValue.isEmpty() ? null : nullValue));
  }
}
