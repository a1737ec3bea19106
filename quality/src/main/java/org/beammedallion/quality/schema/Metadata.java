package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a column is filled from instead of the record: something that its message has beside the
 * value, or that its file's path tells.
 *
 * @param name of the header, of the key's member or of the path's part; empty for other kinds
 */
public record Metadata(Kind kind, String name) implements Serializable {

  /** Kinds of metadata, each with the word that a pipeline file has for it. */
  public enum Kind {
    /** The time that a broker tells of a message. */
    TIMESTAMP("timestamp", true, false),
    OFFSET("offset", true, false),
    PARTITION("partition", true, false),
    TOPIC("topic", true, false),
    /** The key of a message, a text in UTF-8. */
    KEY("key", true, false),
    /** A member of the key of a message, which is a JSON object. */
    KEY_FIELD("key", true, true),
    /** The last header of a name, a text in UTF-8. */
    HEADER("header", true, true),
    /** The value of a folder {@code name=value} of a file's path. */
    PATH_PART("partition", false, true),
    FILE_NAME("fileName", false, false),
    /** The whole path or URI of a file, as {@code _source} has it. */
    PATH("path", false, false);

    private final String word;
    private final boolean ofMessages;
    private final boolean named;

    Kind(String word, boolean ofMessages, boolean named) {
      this.word = word;
      this.ofMessages = ofMessages;
      this.named = named;
    }

    /** Whether messages of a stream have it; else files have it. */
    public boolean isOfMessages() {
      return ofMessages;
    }

    /** How a pipeline file says it, with {@code NAME} for a name. */
    public String shown() {
      return named ? word + ".NAME" : word;
    }
  }

  /** How messages or files are told from, in the words of a pipeline file. */
  public static List<String> words(boolean ofMessages) {
    return Stream.of(Kind.values())
        .filter(kind -> kind.ofMessages == ofMessages)
        .map(Kind::shown)
        .toList();
  }

  /**
   * What a text such as {@code header.tenant} means; null where it means nothing.
   *
   * @param ofMessages whether records are messages, else they are in files
   */
  public static @Nullable Metadata parse(String text, boolean ofMessages) {
    int dot = text.indexOf('.');
    String word = dot < 0 ? text : text.substring(0, dot);
    String name = dot < 0 ? "" : text.substring(dot + 1);
    for (Kind kind : Kind.values()) {
      if (kind.ofMessages == ofMessages
          && kind.word.equals(word)
          && kind.named == dot >= 0
          && kind.named != name.isEmpty()) {
        return new Metadata(kind, name);
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return kind.named ? kind.word + "." + name : kind.word;
  }
}
