package org.beammedallion.quality.yaml;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML 1.2 document. Its size, its depth and what its aliases expand to are bounded, so
 * that no file makes reading run out of memory or stack.
 */
public final class YamlReader {

  /** More bytes than any contract that people maintain by hand. */
  public static final int MAX_BYTES = 4 << 20;

  static final int MAX_DEPTH = 100;
  static final int MAX_NODES = 500_000;

  private final String file;
  private final Problems problems = new Problems();
  private int[] codePoints = {};
  private int nodes;

  private YamlReader(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException where the file is absent, is not YAML, or repeats a key
   */
  public static YamlNode read(Document document) {
    String file = document.name();
    Location start = new Location(file, 1, 1);
    try {
      if (document.isFolder()) {
        throw new ConfigurationException(
            start, "'" + document + "' is a folder; name the YAML file in it.");
      }
      byte[] bytes = document.read(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ConfigurationException(
            start,
            "the file has more than the "
                + MAX_BYTES
                + " bytes that are read; is it the right file?");
      }
      return parse(
          file, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(start, "the file is not text in UTF-8; save it as UTF-8.");
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          start, "there is no file '" + document + "'; check the path.");
    } catch (IOException e) {
      throw new ConfigurationException(start, "'" + document + "' cannot be read: " + e + ".");
    }
  }

  /**
   * Reads a text.
   *
   * @param file how messages call it
   * @throws ConfigurationException where the text is not YAML, or repeats a key
   */
  public static YamlNode parse(String file, String text) {
    YamlReader reader = new YamlReader(file);
    try {
      return reader.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (MarkedYamlEngineException e) {
      throw new ConfigurationException(
          reader.location(SyntaxProblem.place(e)), SyntaxProblem.message(e));
    } catch (YamlEngineException e) {
      throw new ConfigurationException(
          new Location(file, 1, 1), "not valid YAML: " + e.getMessage());
    }
  }

  private YamlNode parse(String text) {
    codePoints = text.codePoints().toArray();
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            .setCodePointLimit(MAX_BYTES)
            // Read in one piece: the library fails if a buffer ends within a surrogate pair.
            .setBufferSize(text.length() + 1)
            .setUseMarks(true)
            .build();
    checkDepth(new Parse(settings).parseString(text));
    Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
    if (!documents.hasNext()) {
      throw new ConfigurationException(new Location(file, 1, 1), "the file is empty.");
    }
    YamlNode document = convert(documents.next(), 0);
    if (documents.hasNext()) {
      problems.add(
          location(documents.next().getStartMark()),
          "a second YAML document starts here; put it into a file of its own.");
    }
    problems.throwIfAny();
    return document;
  }

  /** The composer is recursive, the parser is not: so look before composing. */
  private void checkDepth(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> {
          if (++depth > MAX_DEPTH) {
            throw new ConfigurationException(
                location(event.getStartMark()),
                "values are nested deeper than " + MAX_DEPTH + " levels.");
          }
        }
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
    }
  }

  private YamlNode convert(Node node, int depth) {
    Location location = location(node.getStartMark());
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      throw new ConfigurationException(
          location, "aliases make the document endless, or larger than " + MAX_NODES + " values.");
    }
    if (node instanceof ScalarNode scalar) {
      return YamlNode.scalar(kind(scalar), location, scalar.getValue(), source(scalar));
    } else if (node instanceof SequenceNode sequence) {
      List<YamlNode> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(convert(item, depth + 1));
      }
      return YamlNode.sequence(location, items);
    }
    YamlNode.MappingBuilder mapping = new YamlNode.MappingBuilder();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      Location keyLocation = location(tuple.getKeyNode().getStartMark());
      YamlNode value = convert(tuple.getValueNode(), depth + 1);
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(keyLocation, "a key must be a text.");
      } else if (!mapping.put(key.getValue(), keyLocation, value)) {
        problems.add(
            keyLocation, "key '" + key.getValue() + "' is there twice; remove one of them.");
      }
    }
    return mapping.build(location);
  }

  private ScalarSource source(ScalarNode node) {
    int start = node.getStartMark().map(Mark::getIndex).orElse(0);
    int end = node.getEndMark().map(Mark::getIndex).orElse(start);
    return new ScalarSource(
        codePoints, start, Math.min(end, codePoints.length), node.getScalarStyle());
  }

  private static YamlNode.Kind kind(ScalarNode node) {
    Tag tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return YamlNode.Kind.NULL;
    } else if (tag.equals(Tag.BOOL)) {
      return YamlNode.Kind.BOOLEAN;
    } else if (tag.equals(Tag.INT) || (tag.equals(Tag.FLOAT) && isDecimal(node.getValue()))) {
      return YamlNode.Kind.NUMBER;
    }
    return YamlNode.Kind.TEXT;
  }

  /**
   * Infinity and NaN are floats in YAML but nothing that a rule can compare with; nor is
   * 1e999999999.
   */
  private static boolean isDecimal(String text) {
    try {
      return Math.abs((long) new BigDecimal(text).scale()) < 1000;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Location location(Optional<Mark> mark) {
    return mark.map(at -> new Location(file, at.getLine() + 1, at.getColumn() + 1))
        .orElse(new Location(file, 1, 1));
  }
}
