package org.beammedallion.pipelines.cycle;

import org.beammedallion.io.source.Compression;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.ShardFormat;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.CsvDecoder;
import org.beammedallion.transforms.decode.JsonDecoder;
import org.beammedallion.transforms.decode.RecordDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** From the pipeline file's words for a source to what reads and decodes it. */
final class Sources {

  private Sources() {}

  static FileSource of(SourceSpec spec) {
    return FileSource.of(Storage.of(spec.path()).canonical(spec.path()), format(spec));
  }

  static ShardFormat format(SourceSpec spec) {
    return new ShardFormat(compression(spec), csv(spec), spec.maxRecordBytes());
  }

  static RecordDecoder decoder(PipelineDefinition definition) {
    RowCheck checks =
        RecordChecks.of(
            RowLayout.of(definition.schema()), definition.rules(), definition.measuredRules());
    CsvFormat csv = csv(definition.source());
    return csv == null
        ? JsonDecoder.of(definition.schema(), checks)
        : CsvDecoder.of(definition.schema(), csv, checks);
  }

  private static @Nullable Compression compression(SourceSpec spec) {
    return spec.compression() == SourceSpec.Compression.AUTO
        ? null
        : Compression.valueOf(spec.compression().name());
  }

  private static @Nullable CsvFormat csv(SourceSpec spec) {
    if (spec.format() != SourceSpec.Format.CSV) {
      return null;
    }
    SourceSpec.CsvSpec csv = spec.csv();
    String nullValue = csv.nullValue();
    return new CsvFormat(
        csv.delimiter(), csv.quote(), csv.hasHeader(), nullValue.isEmpty() ? null : nullValue);
  }
}
