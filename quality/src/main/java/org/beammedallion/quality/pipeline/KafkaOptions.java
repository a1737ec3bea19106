package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Free.FREE;
import static org.beammedallion.quality.yaml.Shape.Scalar.INTEGER;
import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.mappingOr;
import static org.beammedallion.quality.yaml.Shape.oneOf;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.beammedallion.quality.contract.Server;
import org.beammedallion.quality.pipeline.KafkaSpec.Isolation;
import org.beammedallion.quality.pipeline.KafkaSpec.Start;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.Variables;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code kafka} of the source, and a server of type {@code kafka}. */
final class KafkaOptions {

  static final Shape SHAPE =
      mapping("the Kafka options")
          .with(listOr(TEXT, TEXT), "topics")
          .texts("topicPattern", "commitOffsets", "landedBy", "routeBy")
          .with(
              mappingOr(mapping("the start").with(FREE, "offsets").require("offsets"), TEXT),
              "start")
          .with(FREE, "where")
          .with(oneOf("reject", "delete"), "nullValue")
          .with(oneOf("read_committed", "read_uncommitted"), "isolation")
          .with(INTEGER, "maxRecordsPerCycle")
          .with(FREE, "properties")
          .with(PayloadOptions.REGISTRY, "registry")
          .texts("avroSchema");

  /** Names that Kafka takes for topics. */
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** What a cycle rests upon, or what has a key of its own, and the reason. */
  private static final Map<String, String> OWN_PROPERTIES =
      Map.of(
          "bootstrap.servers", "it is 'host' of the contract's server",
          "isolation.level", "it is 'isolation' here",
          "auto.offset.reset",
              "where the first cycle begins is 'start' here, and later ones go on where the last"
                  + " has ended",
          "enable.auto.commit", "what was read is told by the lake",
          "group.id",
              "what was read is told by the lake, and no consumer group is used; a group that dashboards watch is 'commitOffsets' here",
          "key.deserializer", "keys are kept as bytes",
          "value.deserializer", "values are read by the format of the contract's server");

  /** Properties that hold a secret, which must not stand in a file. */
  private static final Pattern SECRET =
      Pattern.compile(
          ".*(password|secret|jaas\\.config|keystore\\.key|credential|user\\.info).*|.*\\.token");

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):[^}]+}");

  /** What is left of a login configuration, without its references, that holds a secret itself. */
  private static final Pattern LITERAL =
      Pattern.compile("(?i)(password|secret|token|key)\\s*=\\s*[\"']?[^\"'\\s;]");

  private static final long DEFAULT_MAX_RECORDS = 50_000_000;

  /** Keys that tell how topics are read. */
  private static final List<String> OF_THE_READER =
      List.of("start", "isolation", "maxRecordsPerCycle", "commitOffsets", "routeBy", "properties");

  private final String name;
  private final YamlNode source;
  private final @Nullable YamlNode options;
  private final Problems problems;

  /**
   * @param name of the pipeline
   */
  KafkaOptions(String name, YamlNode source, Problems problems) {
    this.name = name;
    this.source = source;
    this.options = source.find("kafka");
    this.problems = problems;
  }

  /**
   * @param topic where the pipeline file names none
   */
  KafkaSpec read(Server server, String topic) {
    String host = server.text("host");
    if (host == null || host.isBlank()) {
      problems.add(
          server.location(),
          "server '"
              + server.name()
              + "' has no 'host', the brokers to begin with, such as broker1:9092,broker2:9092.");
    }
    Set<String> topics = new TreeSet<>();
    String pattern = options == null ? null : options.text("topicPattern");
    if (pattern == null) {
      topics.addAll(topics(topic));
    } else {
      requirePattern(pattern);
    }
    return new KafkaSpec(
        host == null ? "" : Variables.ENVIRONMENT.in(host, server.location(), problems),
        List.copyOf(topics),
        pattern,
        start(List.copyOf(topics)),
        Isolation.valueOf(text("isolation", "read_committed").toUpperCase(Locale.ROOT)),
        maxRecords(),
        group(),
        properties(),
        landedBy(),
        new MessageOptions(options, problems).read(),
        PayloadSpec.PLAIN);
  }

  private String text(String key, String otherwise) {
    return options == null ? otherwise : options.text(key, otherwise);
  }

  private List<String> topics(String topic) {
    YamlNode written = options == null ? null : options.find("topics");
    if (options == null || written == null) {
      return List.of(topic);
    }
    List<String> topics = written.isScalar() ? List.of(written.text()) : options.texts("topics");
    for (String name : topics) {
      if (!TOPIC.matcher(name).matches()) {
        problems.add(
            written.location(),
            "'"
                + name
                + "' cannot be the name of a topic, which has letters, digits, '.', '_' and '-'. A"
                + " regular expression belongs under 'topicPattern'.");
      }
    }
    return topics;
  }

  private void requirePattern(String pattern) {
    if (options != null && options.has("topics")) {
      problems.add(
          options.locationOf("topicPattern"), "'topics' and 'topicPattern' exclude each other.");
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problems.add(
          options == null ? source.location() : options.locationOf("topicPattern"),
          "'topicPattern' is no regular expression: " + e.getDescription() + ".");
    }
  }

  private Start start(List<String> topics) {
    YamlNode written = options == null ? null : options.find("start");
    if (written != null && written.kind() == YamlNode.Kind.MAPPING) {
      return new Start.Offsets(new MessageOptions(options, problems).offsets(written, topics));
    }
    String text = text("start", "earliest");
    if (text.equals("earliest")) {
      return new Start.Earliest();
    } else if (text.equals("latest")) {
      return new Start.Latest();
    }
    try {
      return new Start.At(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      problems.add(
          options == null ? source.location() : options.locationOf("start"),
          "'start' must be earliest, latest or an instant such as 2026-11-05T12:00:00Z, or {offsets: {orders/0: 1234}}, but is '"
              + text
              + "'.");
      return new Start.Earliest();
    }
  }

  private long maxRecords() {
    Integer records = options == null ? null : options.integer("maxRecordsPerCycle");
    if (options != null && records != null && records < 1) {
      problems.add(
          options.locationOf("maxRecordsPerCycle"),
          "'maxRecordsPerCycle' must be at least 1, but is " + records + ".");
    }
    return records == null ? DEFAULT_MAX_RECORDS : records;
  }

  private @Nullable String group() {
    String group = options == null ? null : options.text("commitOffsets");
    if (options != null && group != null && group.isBlank()) {
      problems.add(
          options.locationOf("commitOffsets"),
          "'commitOffsets' must be the name of a consumer group. Without the key no offset is committed.");
    }
    return group;
  }

  /** The pipeline that reads the topics, where it is another. */
  private @Nullable String landedBy() {
    String pipeline = options == null ? null : options.text("landedBy");
    if (options == null || pipeline == null) {
      return null;
    } else if (!PipelineFile.SAFE_NAME.matcher(pipeline).matches() || pipeline.equals(name)) {
      problems.add(
          options.locationOf("landedBy"),
          "'landedBy' must be the name of another pipeline of the lake, which reads the topics. Without the key this one"
              + " reads them itself.");
      return null;
    }
    for (String key : OF_THE_READER) {
      if (options.has(key)) {
        problems.add(
            options.locationOf(key),
            "'"
                + key
                + "' has no effect here: pipeline '"
                + pipeline
                + "' reads the topics, see 'landedBy'.");
      }
    }
    return pipeline;
  }

  /** Whether a text has references to secrets and nothing else. */
  static boolean isReference(String value) {
    return REFERENCE.matcher(value).replaceAll("").isBlank();
  }

  static String holdsASecret(String name) {
    return "'"
        + name
        + "' holds a secret, which must not stand in this file: write ${env:NAME} for a variable of"
        + " the environment or ${file:PATH} for the content of a file.";
  }

  private static boolean holdsSecret(String name, String value) {
    String rest = REFERENCE.matcher(value).replaceAll("");
    boolean mayMix = name.endsWith("jaas.config") && rest.length() < value.length();
    return mayMix ? LITERAL.matcher(rest).find() : !isReference(value);
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    YamlNode written = options == null ? null : options.find("properties");
    if (written == null) {
      return properties;
    }
    if (written.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          written.location(),
          "'properties' must name properties of Kafka's clients, such as {security.protocol:"
              + " SASL_SSL}, but is "
              + written.shown()
              + ".");
      return properties;
    }
    for (String name : written.keys()) {
      YamlNode value = written.find(name);
      String reason = OWN_PROPERTIES.get(name);
      if (value == null || !value.isScalar()) {
        problems.add(written.locationOf(name), "'" + name + "' must be a text.");
      } else if (reason != null) {
        problems.add(written.locationOf(name), "'" + name + "' cannot be set: " + reason + ".");
      } else if (SECRET.matcher(name).matches() && holdsSecret(name, value.text())) {
        problems.add(written.locationOf(name), holdsASecret(name));
      } else {
        properties.put(name, value.text());
      }
    }
    return properties;
  }
}
