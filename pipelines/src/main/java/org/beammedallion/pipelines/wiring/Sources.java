package org.beammedallion.pipelines.wiring;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.beammedallion.io.source.Compression;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.ShardFormat;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.kafka.KafkaCluster;
import org.beammedallion.io.source.kafka.KafkaSource;
import org.beammedallion.io.source.kafka.KafkaStart;
import org.beammedallion.io.source.kafka.KafkaTopics;
import org.beammedallion.io.source.kafka.LandedTopics;
import org.beammedallion.io.source.registry.RegistryAddress;
import org.beammedallion.io.source.registry.SchemaLookup;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.pipeline.ChangeSpec;
import org.beammedallion.quality.pipeline.KafkaSpec;
import org.beammedallion.quality.pipeline.PayloadSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.RegistrySpec;
import org.beammedallion.quality.pipeline.SchemaPolicy;
import org.beammedallion.quality.pipeline.SourceSpec;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroFileCheck;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.DebeziumDecoder;
import org.beammedallion.transforms.decode.change.DebeziumFormat;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.change.DmsDecoder;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.decode.change.DmsHeaderCheck;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.decode.csv.CsvHeaderCheck;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.json.JsonStartCheck;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.decode.wire.MessageRoute;
import org.beammedallion.transforms.decode.wire.WireTextDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.JsonFormat;
import org.beammedallion.transforms.raw.TextEncoding;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** From the pipeline file's words for a source to what reads and decodes it. */
public final class Sources {

  private Sources() {}

  /**
   * Where a pipeline's records come from; the header of each file is compared with the contract
   * before its records.
   *
   * @param lake that has what another pipeline has landed; null where it is not known
   * @throws IllegalArgumentException where it is needed and not known
   */
  public static Source of(PipelineDefinition definition, @Nullable LakeLayout lake) {
    SourceSpec spec = definition.source();
    if (spec.place() instanceof KafkaSpec kafka) {
      return kafka.landedBy() == null
          ? kafka(kafka, spec.text().maxRecordBytes())
          : landed(kafka, kafka.landedBy(), spec.text().maxRecordBytes(), lake);
    }
    SourceSpec.Files files = (SourceSpec.Files) spec.place();
    return new FileSource(
        Storage.of(files.path()).canonical(files.path()),
        format(spec, check(definition)),
        FileSource.Order.valueOf(files.order().name()));
  }

  private static Source landed(
      KafkaSpec spec, String pipeline, int maxRecordBytes, @Nullable LakeLayout lake) {
    if (lake == null) {
      throw new IllegalArgumentException(
          "The topics are landed by pipeline '"
              + pipeline
              + "', and their messages are in its lake: say which with --lake.");
    }
    return new LandedTopics(
        pipeline,
        lake.progress(pipeline),
        lake.bronze(pipeline),
        topics(spec),
        spec.messages().where(),
        DataLoss.FAIL,
        maxRecordBytes);
  }

  private static KafkaTopics topics(KafkaSpec spec) {
    String pattern = spec.topicPattern();
    return new KafkaTopics(spec.topics(), pattern == null ? null : Pattern.compile(pattern));
  }

  /** The folder in bronze of the pipeline that lands the topics; null where it is this one. */
  public static @Nullable String landedIn(PipelineDefinition definition, LakeLayout lake) {
    String other = definition.source().place() instanceof KafkaSpec kafka ? kafka.landedBy() : null;
    return other == null ? null : lake.bronze(other);
  }

  /** By what bronze keeps messages apart; null where it keeps the order of the source. */
  public static @Nullable MessageRoute route(PipelineDefinition definition) {
    SourceSpec source = definition.source();
    return source.place() instanceof KafkaSpec kafka
        ? Messages.route(kafka.messages(), kafka.payload().registry() != null)
        : null;
  }

  private static Source kafka(KafkaSpec spec, int maxRecordBytes) {
    return new KafkaSource(
            new KafkaCluster(
                spec.host(),
                spec.isolation() == KafkaSpec.Isolation.READ_COMMITTED,
                spec.properties()),
            topics(spec),
            start(spec.start()),
            DataLoss.FAIL,
            spec.maxRecords(),
            maxRecordBytes)
        .committingTo(spec.group());
  }

  /**
   * What finds the schemas of messages by their numbers; null where records have none.
   *
   * @param bronze folder where the schemas are kept; null to keep nothing
   */
  public static @Nullable SchemaLookup schemas(
      PipelineDefinition definition, @Nullable String bronze) {
    RegistrySpec registry = payload(definition.source()).registry();
    if (registry == null) {
      return null;
    }
    SchemaLookup lookup =
        SchemaLookup.of(
            new RegistryAddress(registry.url(), registry.name(), registry.properties()),
            definition.source().format().name());
    return bronze == null ? lookup : lookup.keptIn(bronze);
  }

  private static PayloadSpec payload(SourceSpec source) {
    return source.place() instanceof KafkaSpec kafka ? kafka.payload() : PayloadSpec.PLAIN;
  }

  /** Texts may stand behind the number of a schema. */
  private static RecordDecoder texts(SourceSpec source, RecordDecoder decoder) {
    RecordDecoder selected =
        source.place() instanceof KafkaSpec kafka
            ? Messages.ofText(kafka.messages(), decoder)
            : decoder;
    return payload(source).registry() == null ? selected : WireTextDecoder.of(selected);
  }

  private static AvroDecoder avro(SourceSpec source, AvroDecoder decoder) {
    PayloadSpec payload = payload(source);
    String schema = payload.avroSchema();
    AvroDecoder avro = decoder.with(settings(source));
    if (schema != null) {
      return avro.withSchema(schema);
    }
    return payload.registry() == null ? avro : avro.withWireFormat();
  }

  private static KafkaStart start(KafkaSpec.Start start) {
    if (start instanceof KafkaSpec.Start.At at) {
      return new KafkaStart.At(at.time());
    }
    if (start instanceof KafkaSpec.Start.Offsets offsets) {
      return new KafkaStart.Offsets(offsets.byPartition());
    }
    return start instanceof KafkaSpec.Start.Latest
        ? new KafkaStart.Latest()
        : new KafkaStart.Earliest();
  }

  private static ShardFormat format(SourceSpec spec, FileCheck check) {
    return new ShardFormat(
        kind(spec.format()),
        compression(spec),
        csv(spec),
        json(spec),
        TextEncoding.valueOf(spec.text().encoding().name()),
        spec.text().maxRecordBytes(),
        check);
  }

  private static FileCheck check(PipelineDefinition definition) {
    SourceSpec source = definition.source();
    ChangeSpec changes = source.changes();
    RecordSchema schema = definition.schema().ofRecord();
    return switch (source.format()) {
      case JSON -> {
        boolean showsItself =
            changes == null && source.text().json().equals(SourceSpec.JsonSpec.DEFAULT);
        yield showsItself ? JsonStartCheck.of(schema) : FileCheck.NONE;
      }
      case CSV ->
          changes instanceof ChangeSpec.Dms dms
              ? new DmsHeaderCheck(changeRows(definition), dmsFormat(dms), csv(source))
              : CsvHeaderCheck.of(schema, csv(source));
      case AVRO -> changes == null ? AvroFileCheck.rows(schema) : AvroFileCheck.debezium(schema);
      case PARQUET -> FileCheck.NONE;
    };
  }

  private static ChangeRows changeRows(PipelineDefinition definition) {
    return new ChangeRows(definition.rowSchema(), definition.keyFields(), definition.changedAt());
  }

  private static DmsFormat dmsFormat(ChangeSpec.Dms dms) {
    return new DmsFormat(dms.operationColumn(), dms.timestampColumn());
  }

  /**
   * Checks that the records can be decoded.
   *
   * @throws IllegalArgumentException where they cannot; says why
   */
  public static void requireDecodable(PipelineDefinition definition) {
    if (isTyped(definition.source())) {
      typedDecoder(definition);
    } else {
      decoder(definition);
    }
  }

  private static RecordChecks checks(PipelineDefinition definition) {
    RecordChecks checks =
        RecordChecks.of(
            RowLayout.of(definition.rowSchema()),
            definition.checks().rules(),
            definition.measuredRules());
    return definition.schemaPolicy() == SchemaPolicy.ENFORCE
        ? checks.rejectingUnknownFields()
        : checks;
  }

  /** Whether a file's own schema tells what its values are, so that it is read by columns. */
  public static boolean isTyped(SourceSpec source) {
    return source.format() == SourceSpec.Format.PARQUET;
  }

  /** For sources that {@link #isTyped} is true of. */
  public static TypedDecoder typedDecoder(PipelineDefinition definition) {
    RecordChecks checks = checks(definition);
    SourceSpec source = definition.source();
    TypedSettings settings = settings(source);
    TypedDecoder decoder =
        source.changes() instanceof ChangeSpec.Dms dms
            ? TypedDecoder.dms(changeRows(definition), dmsFormat(dms), settings, checks)
            : TypedDecoder.rows(definition.schema(), settings, checks);
    return decoder.withMaxRecordBytes(source.text().maxRecordBytes());
  }

  /** For sources that {@link #isTyped} is false of. */
  public static RecordDecoder decoder(PipelineDefinition definition) {
    RecordDecoder decoder = ofFormat(definition);
    return definition.source().place() instanceof KafkaSpec kafka
        ? Messages.decoder(kafka.messages(), definition, decoder)
        : decoder;
  }

  private static RecordDecoder ofFormat(PipelineDefinition definition) {
    RecordChecks checks = checks(definition);
    SourceSpec source = definition.source();
    ChangeSpec changes = source.changes();
    if (changes != null) {
      return changeDecoder(source, changes, changeRows(definition), checks);
    }
    RecordSchema rows = definition.rowSchema();
    return switch (source.format()) {
      case JSON -> texts(source, JsonDecoder.of(rows, checks));
      case CSV -> CsvDecoder.of(rows, csv(source), checks);
      case AVRO -> avro(source, AvroDecoder.rows(rows, checks));
      case PARQUET -> throw new IllegalStateException("Parquet is read by columns.");
    };
  }

  private static TypedSettings settings(SourceSpec source) {
    return new TypedSettings(
        source.values().nan() == SourceSpec.Nan.NULL,
        source.values().binary() == SourceSpec.Binary.TEXT);
  }

  private static RecordDecoder changeDecoder(
      SourceSpec source, ChangeSpec changes, ChangeRows rows, RowCheck checks) {
    if (changes instanceof ChangeSpec.Debezium debezium) {
      DebeziumFormat format = debezium(debezium);
      return source.format() == SourceSpec.Format.AVRO
          ? avro(source, AvroDecoder.debezium(rows, format, checks))
          : texts(source, DebeziumDecoder.of(rows, format, checks));
    }
    return DmsDecoder.of(rows, dmsFormat((ChangeSpec.Dms) changes), csv(source), checks);
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
    return spec.text().compression() == SourceSpec.Compression.AUTO
        ? null
        : Compression.valueOf(spec.text().compression().name());
  }

  private static CsvFormat csv(SourceSpec spec) {
    SourceSpec.CsvSpec csv = spec.text().csv();
    SourceSpec.CsvValues values = csv.values();
    return new CsvFormat(
        csv.delimiter(),
        csv.quote(),
        csv.hasHeader(),
        csv.ignoresHeaderCase(),
        csv.comment(),
        new CsvFormat.Values(
            values.trim(),
            values.nulls(),
            values.trues(),
            values.falses(),
            values.decimal(),
            values.thousands()));
  }

  private static JsonFormat json(SourceSpec spec) {
    SourceSpec.JsonSpec json = spec.text().json();
    return new JsonFormat(JsonFormat.Layout.valueOf(json.layout().name()), json.path());
  }
}
