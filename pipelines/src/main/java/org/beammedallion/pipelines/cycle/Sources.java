package org.beammedallion.pipelines.cycle;

import org.beammedallion.io.source.Compression;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.ShardFormat;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.pipeline.ChangeSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SchemaPolicy;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.AvroDecoder;
import org.beammedallion.transforms.decode.ChangeRows;
import org.beammedallion.transforms.decode.CsvDecoder;
import org.beammedallion.transforms.decode.DebeziumDecoder;
import org.beammedallion.transforms.decode.DebeziumFormat;
import org.beammedallion.transforms.decode.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.DmsDecoder;
import org.beammedallion.transforms.decode.DmsFormat;
import org.beammedallion.transforms.decode.JsonDecoder;
import org.beammedallion.transforms.decode.RecordDecoder;
import org.beammedallion.transforms.decode.TypedDecoder;
import org.beammedallion.transforms.decode.TypedSettings;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** From the pipeline file's words for a source to what reads and decodes it. */
final class Sources {

  private Sources() {}

  static FileSource of(SourceSpec spec) {
    return FileSource.of(Storage.of(spec.path()).canonical(spec.path()), format(spec));
  }

  static ShardFormat format(SourceSpec spec) {
    return new ShardFormat(
        kind(spec.format()), compression(spec), csv(spec), spec.maxRecordBytes(), FileCheck.NONE);
  }

  /**
   * Checks that the records can be decoded.
   *
   * @throws IllegalArgumentException where they cannot; says why
   */
  static void check(PipelineDefinition definition) {
    if (isTyped(definition.source())) {
      typedDecoder(definition);
    } else {
      decoder(definition);
    }
  }

  private static RecordChecks checks(PipelineDefinition definition) {
    RecordChecks checks =
        RecordChecks.of(
            RowLayout.of(definition.rowSchema()), definition.rules(), definition.measuredRules());
    return definition.schemaPolicy() == SchemaPolicy.ENFORCE
        ? checks.rejectingUnknownFields()
        : checks;
  }

  /** Whether a file's own schema tells what its values are, so that it is read by columns. */
  static boolean isTyped(SourceSpec source) {
    return source.format() == SourceSpec.Format.PARQUET;
  }

  /** For sources that {@link #isTyped} is true of. */
  static TypedDecoder typedDecoder(PipelineDefinition definition) {
    RecordChecks checks = checks(definition);
    SourceSpec source = definition.source();
    TypedSettings settings =
        new TypedSettings(
            source.values().nan() == SourceSpec.Nan.NULL,
            source.values().binary() == SourceSpec.Binary.TEXT);
    TypedDecoder decoder =
        source.changes() instanceof ChangeSpec.Dms dms
            ? TypedDecoder.dms(
                changeRows(definition),
                new DmsFormat(dms.operationColumn(), dms.timestampColumn()),
                settings,
                checks)
            : TypedDecoder.rows(definition.schema(), settings, checks);
    return decoder.withMaxRecordBytes(source.maxRecordBytes());
  }

  private static ChangeRows changeRows(PipelineDefinition definition) {
    return new ChangeRows(definition.rowSchema(), definition.keyFields(), definition.changedAt());
  }

  /** For sources that {@link #isTyped} is false of. */
  static RecordDecoder decoder(PipelineDefinition definition) {
    RecordChecks checks = checks(definition);
    SourceSpec source = definition.source();
    ChangeSpec changes = source.changes();
    if (changes != null) {
      return changeDecoder(source, changes, changeRows(definition), checks);
    }
    return switch (source.format()) {
      case JSON -> JsonDecoder.of(definition.schema(), checks);
      case CSV -> CsvDecoder.of(definition.schema(), csv(source), checks);
      case AVRO -> AvroDecoder.rows(definition.schema(), checks);
      case PARQUET -> throw new IllegalStateException("Parquet is read by columns.");
    };
  }

  private static RecordDecoder changeDecoder(
      SourceSpec source, ChangeSpec changes, ChangeRows rows, RowCheck checks) {
    if (changes instanceof ChangeSpec.Debezium debezium) {
      DebeziumFormat format =
          new DebeziumFormat(
              DebeziumFormat.TimeUnit.valueOf(debezium.timeUnit().name()),
              debezium.decimals() == ChangeSpec.Decimals.PRECISE ? Decimals.BYTES : Decimals.TEXT);
      return source.format() == SourceSpec.Format.AVRO
          ? AvroDecoder.debezium(rows, format, checks)
          : DebeziumDecoder.of(rows, format, checks);
    }
    ChangeSpec.Dms dms = (ChangeSpec.Dms) changes;
    DmsFormat format = new DmsFormat(dms.operationColumn(), dms.timestampColumn());
    return DmsDecoder.of(rows, format, csv(source), checks);
  }

  private static Kind kind(SourceSpec.Format format) {
    return switch (format) {
      case JSON -> Kind.LINES;
      case CSV -> Kind.CSV;
      case AVRO -> Kind.AVRO;
      case PARQUET -> Kind.PARQUET;
    };
  }

  private static @Nullable Compression compression(SourceSpec spec) {
    return spec.compression() == SourceSpec.Compression.AUTO
        ? null
        : Compression.valueOf(spec.compression().name());
  }

  private static CsvFormat csv(SourceSpec spec) {
    SourceSpec.CsvSpec csv = spec.csv();
    String nullValue = csv.nullValue();
    return new CsvFormat(
        csv.delimiter(), csv.quote(), csv.hasHeader(), nullValue.isEmpty() ? null : nullValue);
  }
}
