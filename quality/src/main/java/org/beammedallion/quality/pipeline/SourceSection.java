package org.beammedallion.quality.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.contract.Server;
import org.beammedallion.quality.pipeline.SourceSpec.Changed;
import org.beammedallion.quality.pipeline.SourceSpec.Compression;
import org.beammedallion.quality.pipeline.SourceSpec.Encoding;
import org.beammedallion.quality.pipeline.SourceSpec.Files;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.pipeline.SourceSpec.Order;
import org.beammedallion.quality.pipeline.SourceSpec.Place;
import org.beammedallion.quality.pipeline.SourceSpec.TextSpec;
import org.beammedallion.quality.pipeline.SourceSpec.ValueSpec;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Variables;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code source} and the contract's server that it names. */
final class SourceSection {

  private static final int DEFAULT_MAX_RECORD_BYTES = 16 << 20;
  private static final long LEAST_MAX_RECORD_BYTES = 1 << 10;
  private static final long MOST_MAX_RECORD_BYTES = 1 << 30;

  /** A path of Unix or of Windows, or a URI. */
  private static final Pattern ABSOLUTE =
      Pattern.compile("/|[A-Za-z]:[/\\\\]|[A-Za-z][A-Za-z0-9+.-]+:/");

  private static final Pattern S3_OBJECTS = Pattern.compile("s3a?://[^/]+/");

  /** With the container before the account or behind it. */
  private static final Pattern AZURE_BLOBS = Pattern.compile("(abfss|wasbs|az)://[^/]+/");

  private static final Pattern WILDCARD = Pattern.compile("[\\\\*?\\[{]");

  /** Keys of the source that are for files alone. */
  private static final List<String> OF_FILES =
      List.of("order", "changed", "compression", "csv", "json", "encoding", "nan", "binary");

  private static final Set<String> JSON_NAMES = Set.of("json", "jsonl", "ndjson");

  private final PipelineFile file;
  private final DataContract contract;
  private final @Nullable String override;
  private final Problems problems;
  private final YamlNode source;

  SourceSection(
      PipelineFile file, DataContract contract, @Nullable String override, Problems problems) {
    this.file = file;
    this.contract = contract;
    this.override = override;
    this.problems = problems;
    YamlNode section = file.root().find("source");
    this.source = section == null ? file.root() : section;
  }

  /**
   * Null where a problem was added that leaves nothing to read from.
   *
   * @param topic that is read where the pipeline file names none
   */
  @Nullable SourceSpec read(String topic) {
    TextSpec text =
        new TextSpec(
            Encoding.valueOf(
                source.text("encoding", "utf-8").toUpperCase(Locale.ROOT).replace('-', '_')),
            Compression.valueOf(source.text("compression", "auto").toUpperCase(Locale.ROOT)),
            maxRecordBytes(),
            new CsvOptions(source, problems).read(),
            new JsonOptions(source, problems).read());
    Server server = server();
    if (server == null) {
      return null;
    }
    Place place = place(server, topic);
    Format format = format(server);
    if (format == null || place == null) {
      return null;
    }
    if (place instanceof KafkaSpec kafka) {
      PayloadOptions payload = new PayloadOptions(source, file.document(), problems);
      payload.requireSelectable(kafka.messages(), format);
      place = kafka.with(payload.read(server, format));
    }
    requireFormat("csv", server, format == Format.CSV);
    requireFormat("json", server, format == Format.JSON);
    requireFormat("encoding", server, format == Format.CSV || format == Format.JSON);
    return new SourceSpec(
        server.name(),
        server.type(),
        place,
        format,
        text,
        values(format),
        new ChangeSection(source, problems).read(server, format, text.csv()));
  }

  private @Nullable Place place(Server server, String topic) {
    if (server.type().equals(Server.KAFKA)) {
      for (String key : OF_FILES) {
        if (source.has(key)) {
          problems.add(
              source.locationOf(key),
              "'"
                  + key
                  + "' has no effect here: it is for files, and server '"
                  + server.name()
                  + "' is of type kafka.");
        }
      }
      return new KafkaOptions(file.name(), source, problems).read(server, topic);
    }
    if (source.has("kafka")) {
      problems.add(
          source.locationOf("kafka"),
          "'kafka' has no effect here: server '"
              + server.name()
              + "' is of type "
              + server.type()
              + ".");
    }
    return switch (server.type()) {
      case Server.LOCAL -> files(server, "path", "data/*.jsonl");
      case Server.S3 -> objects(server, S3_OBJECTS, "s3://BUCKET/");
      case Server.AZURE ->
          objects(server, AZURE_BLOBS, "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/");
      default -> unknown(server);
    };
  }

  /**
   * @param form what locations look like, and how one may begin
   */
  private @Nullable Place objects(Server server, Pattern form, String beginning) {
    String location = server.text("location");
    if (location != null && !form.matcher(location).lookingAt()) {
      problems.add(
          server.location(),
          "server '"
              + server.name()
              + "' has the location '"
              + location
              + "'; of type "
              + server.type()
              + " it begins with "
              + beginning
              + ".");
      return null;
    }
    return files(server, "location", beginning + "data/*.jsonl");
  }

  private @Nullable Place unknown(Server server) {
    problems.add(
        server.location(),
        "server '"
            + server.name()
            + "' is of type "
            + server.type()
            + ", which cannot be read from yet; use one of type local, s3, azure or kafka.");
    return null;
  }

  /**
   * @param key of the server under which the files' pattern stands
   * @param example of a pattern
   */
  private @Nullable Place files(Server server, String key, String example) {
    String path = server.text(key);
    if (path == null || path.isBlank()) {
      problems.add(
          server.location(),
          "server '"
              + server.name()
              + "' has no '"
              + key
              + "', the files to read, such as "
              + example
              + ".");
      return null;
    }
    return new Files(
        absolute(Variables.home(Variables.ENVIRONMENT.in(path, server.location(), problems))),
        Order.valueOf(source.text("order", "any").toUpperCase(Locale.ROOT)),
        source.text("changed", "warn").equals("warn") ? Changed.WARN : Changed.TAKE_AGAIN);
  }

  private void requireFormat(String key, Server server, boolean fits) {
    if (!fits && source.has(key)) {
      problems.add(
          source.locationOf(key),
          "'" + key + "' has no effect here: server '" + server.name() + "' has another format.");
    }
  }

  private ValueSpec values(Format format) {
    for (String key : List.of("nan", "binary")) {
      boolean known = format == Format.PARQUET || (format == Format.AVRO && key.equals("nan"));
      if (source.entry(key) != null && !known) {
        problems.add(
            source.locationOf(key),
            "'" + key + "' has no effect here: it is for files with a schema, such as Parquet.");
      }
    }
    // Without quotes, null is no text in YAML.
    YamlNode nan = source.entry("nan");
    boolean nanIsNull =
        nan != null && (nan.kind() == YamlNode.Kind.NULL || nan.text().equals("null"));
    return new ValueSpec(
        nanIsNull ? SourceSpec.Nan.NULL : SourceSpec.Nan.KEEP,
        SourceSpec.Binary.valueOf(source.text("binary", "base64").toUpperCase(Locale.ROOT)));
  }

  private @Nullable Server server() {
    List<String> names = contract.servers().stream().map(Server::name).toList();
    String name = override == null ? source.text("server") : override;
    if (names.isEmpty()) {
      problems.add(
          contract.location(), "the contract has no 'servers'; they say where the data is.");
      return null;
    } else if (name == null && names.size() == 1) {
      return contract.servers().get(0);
    } else if (name == null) {
      problems.add(
          file.root().locationOf("source"),
          "the contract has the servers "
              + String.join(", ", names)
              + "; choose one with 'server' in 'source' of the pipeline file.");
      return null;
    }
    Server server = contract.server(name);
    if (server == null) {
      problems.add(
          source.locationOf("server"),
          (override == null ? "" : "--server: ")
              + "the contract has no server '"
              + name
              + "', only "
              + String.join(", ", names)
              + DidYouMean.ending(name, names));
    }
    return server;
  }

  private @Nullable Format format(Server server) {
    if (server.type().equals(Server.KAFKA)) {
      return formatOfMessages(server);
    }
    String format = server.text("format");
    if (format == null) {
      problems.add(
          server.location(),
          "server '" + server.name() + "' has no 'format', which is json, csv, avro or parquet.");
      return null;
    }
    String name = format.toLowerCase(Locale.ROOT);
    if (JSON_NAMES.contains(name)) {
      return Format.JSON;
    } else if (name.equals("csv")) {
      return Format.CSV;
    } else if (name.equals("avro")) {
      return Format.AVRO;
    } else if (name.equals("parquet")) {
      return Format.PARQUET;
    }
    problems.add(
        server.location(),
        "server '"
            + server.name()
            + "' has the format '"
            + format
            + "', which cannot be read yet; json, csv, avro and parquet can.");
    return null;
  }

  /** JSON is what the standard takes for said where nothing is. */
  private @Nullable Format formatOfMessages(Server server) {
    String format = server.text("format");
    if (format == null || format.equalsIgnoreCase("json")) {
      return Format.JSON;
    } else if (format.equalsIgnoreCase("avro")) {
      return Format.AVRO;
    }
    problems.add(
        server.location(),
        "server '"
            + server.name()
            + "' has the format '"
            + format
            + "'. Of messages of Kafka json and avro can be read, and nothing else: have the"
            + " producer, or a job of Kafka Streams or Flink that copies the topic, write one of"
            + " them.");
    return null;
  }

  /**
   * Globs are no paths everywhere, so the folder is put before the text, with backslashes before
   * what would be a wildcard of its name.
   */
  private String absolute(String path) {
    if (ABSOLUTE.matcher(path).lookingAt()) {
      return path;
    }
    return WILDCARD.matcher(file.contractDocument().folder()).replaceAll("\\\\$0")
        + "/"
        + (path.startsWith("./") ? path.substring(2) : path);
  }

  private int maxRecordBytes() {
    String text = source.text("maxRecordBytes");
    if (text == null) {
      return DEFAULT_MAX_RECORD_BYTES;
    }
    try {
      long bytes = Amounts.bytes(text);
      if (bytes >= LEAST_MAX_RECORD_BYTES && bytes <= MOST_MAX_RECORD_BYTES) {
        return (int) bytes;
      }
      problems.add(
          source.locationOf("maxRecordBytes"),
          "maxRecordBytes must lie between 1KiB and 1GiB, but is " + text + ".");
    } catch (IllegalArgumentException e) {
      problems.add(source.locationOf("maxRecordBytes"), "maxRecordBytes: " + e.getMessage() + ".");
    }
    return DEFAULT_MAX_RECORD_BYTES;
  }
}
