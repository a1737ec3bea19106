package org.beammedallion.pipelines.cycle;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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
    return new ShardFormat(
        kind(spec.format()), compression(spec), csv(spec), spec.maxRecordBytes());
  }

  static RecordDecoder decoder(PipelineDefinition definition) {
    RecordChecks checks =
        RecordChecks.of(
            RowLayout.of(definition.rowSchema()), definition.rules(), definition.measuredRules());
    if (definition.schemaPolicy() == SchemaPolicy.ENFORCE) {
      checks = checks.rejectingUnknownFields();
    }
    SourceSpec source = definition.source();
    ChangeSpec changes = source.changes();
    if (changes != null) {
      ChangeRows rows =
          new ChangeRows(definition.rowSchema(), definition.keyFields(), definition.changedAt());
      return changeDecoder(source, changes, rows, checks);
    }
    return switch (source.format()) {
      case JSON -> JsonDecoder.of(definition.schema(), checks);
      case CSV -> CsvDecoder.of(definition.schema(), csv(source), checks);
      case AVRO, PARQUET -> AvroDecoder.rows(definition.schema(), checks);
    };
  }

  private static RecordDecoder changeDecoder(
      SourceSpec source, ChangeSpec changes, ChangeRows rows, RowCheck checks) {
    if (changes instanceof ChangeSpec.Debezium debezium) {
      DebeziumFormat format = debezium(debezium);
      return source.format() == SourceSpec.Format.AVRO
          ? AvroDecoder.debezium(rows, format, checks)
          : DebeziumDecoder.of(rows, format, checks);
    }
    ChangeSpec.Dms dms = (ChangeSpec.Dms) changes;
    DmsFormat format = new DmsFormat(dms.operationColumn(), dms.timestampColumn());
    return source.format() == SourceSpec.Format.PARQUET
        ? AvroDecoder.dms(rows, format, checks)
        : DmsDecoder.of(rows, format, csv(source), checks);
  }

  private static DebeziumFormat debezium(ChangeSpec.Debezium spec) {
    ChangeSpec.TimeUnit unit = spec.timeUnit();
    ChangeSpec.Decimals decimals = spec.decimals();
    Map<String, DebeziumFormat.Encoding> fields = new HashMap<>();
    spec.fields()
        .forEach(
            (field, encoding) ->
                fields.put(field, DebeziumFormat.Encoding.valueOf(encoding.name())));
    return new DebeziumFormat(
        unit == null ? null : DebeziumFormat.TimeUnit.valueOf(unit.name()),
        decimals == null
            ? null
            : decimals == ChangeSpec.Decimals.PRECISE ? Decimals.BYTES : Decimals.TEXT,
        fields,
        spec.unavailableValue(),
        spec.epochs().stream().map(Instant::toEpochMilli).toList());
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
