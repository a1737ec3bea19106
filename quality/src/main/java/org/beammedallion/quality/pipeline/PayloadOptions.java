package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Free.FREE;
import static org.beammedallion.quality.yaml.Shape.mapping;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.beammedallion.quality.contract.Server;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code registry} and {@code avroSchema} of the Kafka options. */
final class PayloadOptions {

  static final Shape REGISTRY =
      mapping("the schema registry").texts("url", "name").with(FREE, "properties");

  private static final String USER_INFO = "basic.auth.user.info";

  /** A name in front of a password, which is a reference. */
  private static final Pattern NAME_OF_USER = Pattern.compile("\\A[^:$]*:(?=\\$)");

  /** Properties of the client, by the names that clients of registries have for them. */
  private static final List<String> PROPERTIES =
      List.of(
          USER_INFO,
          "bearer.auth.token",
          "ssl.truststore.location",
          "ssl.truststore.password",
          "ssl.truststore.type",
          "ssl.keystore.location",
          "ssl.keystore.password",
          "ssl.keystore.type",
          "ssl.key.password");

  private static final List<String> SECRETS =
      List.of(
          USER_INFO,
          "bearer.auth.token",
          "ssl.truststore.password",
          "ssl.keystore.password",
          "ssl.key.password");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9._-]+");
  private static final int LONGEST_NAME = 100;

  /** Larger than any schema that a person has seen. */
  private static final int MOST_SCHEMA_BYTES = 16 << 20;

  private final YamlNode source;
  private final @Nullable YamlNode options;
  private final Document file;
  private final Problems problems;

  /**
   * @param file the pipeline file, beside which others are
   */
  PayloadOptions(YamlNode source, Document file, Problems problems) {
    this.source = source;
    this.options = source.find("kafka");
    this.file = file;
    this.problems = problems;
  }

  /** Fields can be looked at in JSON alone, before a message is decoded. */
  void requireSelectable(MessageSpec messages, Format format) {
    MessageSpec.Part route = messages.routeBy();
    if (messages.where().stream().anyMatch(each -> !each.part().ofHeader())) {
      requireJson("where", format);
    }
    if (route != null && !route.ofHeader()) {
      requireJson("routeBy", format);
    }
  }

  private void requireJson(String key, Format format) {
    if (options != null && format != Format.JSON) {
      problems.add(
          options.locationOf(key),
          "'"
              + key
              + "' can look at a field of the value ($.NAME) if messages are JSON; these are "
              + format.name().toLowerCase(Locale.ROOT)
              + ". Use a header (header.NAME).");
    }
  }

  PayloadSpec read(Server server, Format format) {
    YamlNode registry = options == null ? null : options.find("registry");
    YamlNode avroSchema = options == null ? null : options.find("avroSchema");
    if (registry != null && avroSchema != null) {
      problems.add(
          avroSchema.location(),
          "'registry' and 'avroSchema' exclude each other: messages either have the number of their"
              + " schema, or all have the schema of the file.");
    } else if (avroSchema != null && format != Format.AVRO) {
      problems.add(
          avroSchema.location(),
          "'avroSchema' has no effect here: server '" + server.name() + "' has another format.");
    } else if (format == Format.AVRO && registry == null && avroSchema == null) {
      problems.add(
          options == null ? source.location() : options.location(),
          "messages of server '"
              + server.name()
              + "' are Avro, which cannot be read without the schema that they were written with."
              + " Name the schema registry with 'kafka: {registry: {url: …}}', or a file with the"
              + " schema with 'kafka: {avroSchema: name.avsc}'.");
    }
    return new PayloadSpec(
        registry == null ? null : registry(registry),
        avroSchema == null ? null : schema(avroSchema));
  }

  private String schema(YamlNode path) {
    Document document = file.resolve(path.text());
    try {
      byte[] text = document.read(MOST_SCHEMA_BYTES + 1);
      if (text.length <= MOST_SCHEMA_BYTES) {
        return new String(text, StandardCharsets.UTF_8);
      }
      problems.add(
          path.location(), "'" + document + "' is too large for a schema. Name a file of Avro.");
    } catch (IOException e) {
      problems.add(
          path.location(),
          "the Avro schema '"
              + document
              + "' cannot be read ("
              + e.getClass().getSimpleName()
              + "); its path is relative to this pipeline file.");
    }
    return "";
  }

  private RegistrySpec registry(YamlNode registry) {
    String url = registry.text("url", "");
    URI address = address(url, registry);
    String name = registry.text("name");
    if (name == null) {
      name = address == null ? "" : nameOf(address);
    } else if (!NAME.matcher(name).matches()) {
      problems.add(
          registry.locationOf("name"),
          "'"
              + name
              + "' cannot be the name of a registry, for a folder has it: use letters, digits, '-',"
              + " '_' and '.'.");
    }
    return new RegistrySpec(url.replaceAll("/+$", ""), name, properties(registry));
  }

  private @Nullable URI address(String url, YamlNode registry) {
    String wrong;
    try {
      URI address = new URI(url);
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (http && address.getHost() != null && address.getUserInfo() == null) {
        return address;
      }
      wrong =
          address.getUserInfo() == null
              ? "must be the address of its REST API, such as https://registry:8081, but is '"
                  + url
                  + "'."
              : "must not have a user and a password: write 'properties: {basic.auth.user.info:"
                  + " ${env:NAME}}'.";
    } catch (URISyntaxException e) {
      wrong = "is no address: " + e.getReason() + ".";
    }
    problems.add(
        registry.has("url") ? registry.locationOf("url") : registry.location(),
        "'url' of the registry " + wrong);
    return null;
  }

  /** Two registries have two names, unless they are on one port of one host under one path. */
  private static String nameOf(URI address) {
    String text =
        address.getHost()
            + (address.getPort() < 0 ? "" : "-" + address.getPort())
            + (address.getPath() == null ? "" : address.getPath().replaceAll("/+$", ""));
    String name = NOT_IN_NAMES.matcher(text).replaceAll("_");
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  private Map<String, String> properties(YamlNode registry) {
    Map<String, String> properties = new LinkedHashMap<>();
    YamlNode written = registry.find("properties");
    if (written == null) {
      return properties;
    } else if (written.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          written.location(),
          "'properties' must name properties of the registry's client, such as"
              + " {basic.auth.user.info: '${env:NAME}'}.");
      return properties;
    }
    for (String kind : List.of("truststore", "keystore")) {
      for (String name : List.of("ssl." + kind + ".type", "ssl." + kind + ".password")) {
        if (written.has(name) && !written.has("ssl." + kind + ".location")) {
          problems.add(
              written.locationOf(name),
              "'" + name + "' has no effect without 'ssl." + kind + ".location', the file.");
        }
      }
    }
    for (String name : written.keys()) {
      YamlNode value = written.find(name);
      if (!PROPERTIES.contains(name)) {
        problems.add(
            written.locationOf(name),
            "the registry has no property '" + name + "'" + DidYouMean.ending(name, PROPERTIES));
      } else if (value == null || !value.isScalar()) {
        problems.add(written.locationOf(name), "'" + name + "' must be a text.");
      } else if (SECRETS.contains(name) && !isReference(name, value.text())) {
        problems.add(written.locationOf(name), KafkaOptions.holdsASecret(name));
      } else {
        properties.put(name, value.text());
      }
    }
    return properties;
  }

  /** User and password are a reference each, or one; or the user's name stands before it. */
  private static boolean isReference(String name, String value) {
    String secret = name.equals(USER_INFO) ? NAME_OF_USER.matcher(value).replaceFirst("") : value;
    return KafkaOptions.isReference(
        name.equals(USER_INFO) ? secret.replace("}:${", "}${") : secret);
  }
}
