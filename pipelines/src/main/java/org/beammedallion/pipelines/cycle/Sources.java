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
import org.beammedallion.transforms.decode.CsvHeaderCheck;
import org.beammedallion.transforms.decode.DebeziumDecoder;
import org.beammedallion.transforms.decode.DebeziumFormat;
import org.beammedallion.transforms.decode.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.DmsDecoder;
import org.beammedallion.transforms.decode.DmsFormat;
import org.beammedallion.transforms.decode.JsonDecoder;
import org.beammedallion.transforms.decode.JsonStartCheck;
import org.beammedallion.transforms.decode.RecordDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.JsonFormat;
import org.beammedallion.transforms.raw.TextEncoding;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** From the pipeline file's words for a source to what reads and decodes it. */
final class Sources {

  private Sources() {}

  static FileSource of(SourceSpec spec) {
    return FileSource.of(Storage.of(spec.path()).canonical(spec.path()), format(spec));
  }

  static ShardFormat format(SourceSpec spec) {
    return format(spec, FileCheck.NONE);
  }

  /** The same, where each file's header is compared with the contract before its records. */
  static ShardFormat format(PipelineDefinition definition) {
    return format(definition.source(), check(definition));
  }

  private static ShardFormat format(SourceSpec spec, FileCheck check) {
    return new ShardFormat(
        kind(spec.format()),
        compression(spec),
        csv(spec),
        json(spec),
        TextEncoding.valueOf(spec.encoding().name()),
        spec.maxRecordBytes(),
        check);
  }

  private static FileCheck check(PipelineDefinition definition) {
    SourceSpec source = definition.source();
    boolean showsItself = source.json().equals(SourceSpec.JsonSpec.DEFAULT);
    if (source.format() == SourceSpec.Format.JSON && source.changes() == null && showsItself) {
      return JsonStartCheck.of(definition.schema());
    } else if (source.format() != SourceSpec.Format.CSV) {
      return FileCheck.NONE;
    }
    return source.changes() instanceof ChangeSpec.Dms dms
        ? CsvHeaderCheck.dms(changeRows(definition), dmsFormat(dms), csv(source))
        : CsvHeaderCheck.of(definition.schema(), csv(source));
  }

  private static ChangeRows changeRows(PipelineDefinition definition) {
    return new ChangeRows(definition.rowSchema(), definition.keyFields(), definition.changedAt());
  }

  private static DmsFormat dmsFormat(ChangeSpec.Dms dms) {
    return new DmsFormat(dms.operationColumn(), dms.timestampColumn());
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
      return changeDecoder(source, changes, changeRows(definition), checks);
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
      DebeziumFormat format =
          new DebeziumFormat(
              DebeziumFormat.TimeUnit.valueOf(debezium.timeUnit().name()),
              debezium.decimals() == ChangeSpec.Decimals.PRECISE ? Decimals.BYTES : Decimals.TEXT);
      return source.format() == SourceSpec.Format.AVRO
          ? AvroDecoder.debezium(rows, format, checks)
          : DebeziumDecoder.of(rows, format, checks);
    }
    ChangeSpec.Dms dms = (ChangeSpec.Dms) changes;
    DmsFormat format = dmsFormat(dms);
    return source.format() == SourceSpec.Format.PARQUET
        ? AvroDecoder.dms(rows, format, checks)
        : DmsDecoder.of(rows, format, csv(source), checks);
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

  private static JsonFormat json(SourceSpec spec) {
    SourceSpec.JsonSpec json = spec.json();
    return new JsonFormat(JsonFormat.Layout.valueOf(json.layout().name()), json.path());
  }
}
