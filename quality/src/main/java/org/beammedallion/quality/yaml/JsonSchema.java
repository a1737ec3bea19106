package org.beammedallion.quality.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.beammedallion.quality.yaml.Shape.Mapping;

/**
 * Writes a {@link Shape} as a JSON Schema (draft 7) for editors. What the parser accepts is valid
 * by it. An empty value is valid everywhere, for the parser takes it for an absent one; that a
 * required key must not be empty is left to the parser.
 */
public final class JsonSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";

  private final ObjectNode definitions = JSON.objectNode();
  private final IdentityHashMap<Mapping, String> names = new IdentityHashMap<>();

  private JsonSchema() {}

  /**
   * The schema of a document, with a line feed at its end.
   *
   * @param title what the document is
   */
  public static String of(Mapping shape, String title) {
    JsonSchema schema = new JsonSchema();
    ObjectNode root = JSON.objectNode();
    root.put("$schema", DRAFT);
    root.put("title", title);
    root.setAll(schema.object(shape));
    root.set("definitions", schema.definitions);
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectNode schema(Shape shape) {
    ObjectNode node = JSON.objectNode();
    if (shape instanceof Mapping mapping) {
      node.put("$ref", "#/definitions/" + definition(mapping));
    } else if (shape instanceof Shape.Later later) {
      return schema(later.shape().get());
    } else if (shape instanceof Shape.Scalar scalar) {
      scalar(node, scalar);
    } else if (shape instanceof Shape.OneOf oneOf) {
      words(node.putArray("enum"), oneOf.words());
    } else if (shape instanceof Shape.TextBut text) {
      scalar(node, Shape.Scalar.TEXT);
      texts(node.putObject("not").putArray("enum"), new TreeSet<>(text.meant().keySet()));
    } else if (shape instanceof Shape.Listing list) {
      texts(node.putArray("type"), List.of("array", "null"));
      node.set("items", schema(list.element().get()));
    } else if (shape instanceof Shape.ListOr either) {
      node.putArray("anyOf").add(schema(either.list())).add(schema(either.otherwise()));
    } else if (shape instanceof Shape.MappingOr either) {
      node.putArray("anyOf").add(schema(either.mapping())).add(schema(either.otherwise()));
    }
    return node;
  }

  private static void scalar(ObjectNode node, Shape.Scalar scalar) {
    ArrayNode types = node.putArray("type");
    switch (scalar) {
      case TEXT -> texts(types, List.of("string", "number", "boolean"));
      case NUMBER -> types.add("number");
      case BOOLEAN -> types.add("boolean");
      case INTEGER -> {
        types.add("integer");
        node.put("minimum", Integer.MIN_VALUE);
        node.put("maximum", Integer.MAX_VALUE);
      }
    }
    types.add("null");
  }

  private static void texts(ArrayNode array, Iterable<String> texts) {
    texts.forEach(array::add);
  }

  /** Words as YAML reads them without quotes too, and an empty value. */
  private static void words(ArrayNode array, List<String> words) {
    texts(array, words);
    words.stream()
        .filter(word -> word.matches("\\d{1,9}"))
        .forEach(word -> array.add(Integer.parseInt(word)));
    array.addNull();
  }

  private String definition(Mapping mapping) {
    String known = names.get(mapping);
    if (known != null) {
      return known;
    }
    String plain = mapping.what.replaceFirst("^(an?|the) ", "").replace(' ', '-');
    String name = plain;
    for (int i = 2; definitions.has(name); i++) {
      name = plain + "-" + i;
    }
    names.put(mapping, name);
    // Before its content, which may lead to itself.
    ObjectNode node = definitions.putObject(name);
    node.setAll(object(mapping));
    return name;
  }

  private ObjectNode object(Mapping mapping) {
    ObjectNode node = JSON.objectNode();
    texts(node.putArray("type"), List.of("object", "null"));
    ObjectNode properties = node.putObject("properties");
    mapping.keys.forEach((key, shape) -> properties.set(key, schema(shape)));
    if (!mapping.required.isEmpty()) {
      texts(node.putArray("required"), mapping.required);
    }
    Mapping.Variants variants = mapping.variants;
    if (variants == null) {
      node.put("additionalProperties", false);
      return node;
    }
    ArrayNode all = node.putArray("allOf");
    Map<String, Mapping> byValue = new TreeMap<>(variants.byValue());
    byValue.forEach(
        (value, variant) -> all.add(variant(mapping, variants, value, schemaOfKeys(variant))));
    all.add(otherwise(mapping, variants, byValue));
    return node;
  }

  private ObjectNode schemaOfKeys(Mapping variant) {
    ObjectNode properties = JSON.objectNode();
    variant.keys.forEach((key, shape) -> properties.set(key, schema(shape)));
    ObjectNode node = JSON.objectNode();
    node.set("properties", properties);
    if (!variant.required.isEmpty()) {
      texts(node.putArray("required"), variant.required);
    }
    return node;
  }

  /** What holds where the key has the value. */
  private static ObjectNode variant(
      Mapping mapping, Mapping.Variants variants, String value, ObjectNode then) {
    ObjectNode node = JSON.objectNode();
    ObjectNode condition = node.putObject("if");
    ArrayNode values =
        condition.putObject("properties").putObject(variants.key()).putArray("enum").add(value);
    if (value.equals(variants.otherwise())) {
      values.addNull();
    } else {
      condition.putArray("required").add(variants.key());
    }
    node.set("then", closed(mapping, then));
    return node;
  }

  /** Which keys are right is unknown as long as the variant is. */
  private static ObjectNode otherwise(
      Mapping mapping, Mapping.Variants variants, Map<String, Mapping> byValue) {
    ObjectNode node = JSON.objectNode();
    ObjectNode condition = node.putObject("if");
    // Absent counts as the value that is meant then, so only another value is unknown.
    boolean mayBeAbsent = variants.otherwise() != null;
    ObjectNode known = mayBeAbsent ? condition : condition.putObject("not");
    known.putArray("required").add(variants.key());
    ObjectNode key = known.putObject("properties").putObject(variants.key());
    ArrayNode values = (mayBeAbsent ? key.putObject("not") : key).putArray("enum");
    texts(values, byValue.keySet());
    if (mayBeAbsent) {
      values.addNull();
    }
    ObjectNode any = JSON.objectNode();
    ObjectNode properties = any.putObject("properties");
    byValue
        .values()
        .forEach(variant -> variant.keys.keySet().forEach(each -> any(properties, each)));
    node.set("then", closed(mapping, any));
    return node;
  }

  /** Allows no other keys than the mapping's and the given ones. */
  private static ObjectNode closed(Mapping mapping, ObjectNode node) {
    ObjectNode properties = node.withObject("/properties");
    Set<String> keys = mapping.keys.keySet();
    keys.stream().filter(key -> !properties.has(key)).forEach(key -> any(properties, key));
    node.put("additionalProperties", false);
    return node;
  }

  private static void any(ObjectNode properties, String key) {
    properties.set(key, BooleanNode.TRUE);
  }
}
