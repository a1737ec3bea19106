package org.beammedallion.io.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * References to secrets in the text of a setting: {@code ${env:NAME}} stands for a variable of the
 * process's environment, {@code ${file:PATH}} for what a file holds, without the line end behind
 * it, such as a secret that Kubernetes or Docker mounts. The spelling is that of Kafka's
 * configuration providers. A text keeps its references until it is used, so that settings can be
 * logged, compared and sent.
 */
public final class SecretReferences {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^:}]*):([^}]*)}");

  /** Of a login configuration, such as {@code password=}. */
  private static final Pattern NAME = Pattern.compile("(?<!\\S)([\\w.]+\\s*=|required\\b)");

  private static final Pattern CLASS = Pattern.compile("([a-z]\\w*\\.)+[A-Z]\\w*");

  /** Shorter ones stand in too many messages. */
  private static final int SHORTEST_WORD = 4;

  /** What references have stood for in this process: a connection outlives a change of a file. */
  private static final Map<String, Set<String>> RESOLVED = new ConcurrentHashMap<>();

  private SecretReferences() {}

  /** Whether a text has a reference. */
  public static boolean areIn(String text) {
    return REFERENCE.matcher(text).find();
  }

  /** Whether a text is one reference and nothing else. */
  public static boolean isOne(String text) {
    return REFERENCE.matcher(text).matches();
  }

  /**
   * The text with what its references stand for; a secret that looks like a reference is none.
   *
   * @throws IllegalArgumentException where there is nothing that one refers to; says which, and
   *     never what another one stands for
   */
  public static String resolve(String text) {
    return resolve(text, System.getenv());
  }

  static String resolve(String text, Map<String, String> environment) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference -> {
              String value = value(reference.group(1), reference.group(2), environment);
              RESOLVED
                  .computeIfAbsent(reference.group(), key -> ConcurrentHashMap.newKeySet())
                  .add(value);
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * A message with stars for what the references in some settings stand for, and for each word of
   * that: a secret may be a line of a login configuration, of which a library repeats a part.
   *
   * @param settings with references
   */
  public static String masked(String message, Collection<String> settings) {
    Set<String> secrets =
        new TreeSet<>(
            Comparator.comparing(String::length)
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
    for (String setting : settings) {
      valuesIn(setting).forEach(value -> secrets.addAll(words(value)));
      for (MatchResult reference : REFERENCE.matcher(setting).results().toList()) {
        RESOLVED
            .getOrDefault(reference.group(), Set.of())
            .forEach(value -> secrets.addAll(words(value)));
      }
    }
    String clean = message;
    for (String secret : secrets) {
      clean = clean.replace(secret, "***");
    }
    return clean;
  }

  /** The whole, and its words but for names of its options and of classes. */
  private static List<String> words(String value) {
    List<String> words = new ArrayList<>();
    for (String word : NAME.matcher(value).replaceAll(" ").split("[\\s\"';]+")) {
      if (word.length() >= SHORTEST_WORD && !CLASS.matcher(word).matches()) {
        words.add(word);
      }
    }
    if (!value.isEmpty()) {
      words.add(value);
    }
    return words;
  }

  /** What the references in a text stand for, as far as it is there: to be left out of messages. */
  public static List<String> valuesIn(String text) {
    List<String> values = new ArrayList<>();
    for (MatchResult reference : REFERENCE.matcher(text).results().toList()) {
      try {
        values.add(value(reference.group(1), reference.group(2), System.getenv()));
      } catch (IllegalArgumentException e) {
        // What is not there cannot be told to anybody.
      }
    }
    return values;
  }

  private static String value(String kind, String name, Map<String, String> environment) {
    return switch (kind) {
      case "env" -> variable(name, environment.get(name));
      case "file" -> file(name);
      default ->
          throw new IllegalArgumentException(
              "'${"
                  + kind
                  + ":"
                  + name
                  + "}' is an unknown reference: write ${env:NAME} for an environment variable, or ${file:PATH} for the"
                  + " content of a file.");
    };
  }

  private static String variable(String name, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "'${env:"
              + name
              + "}' refers to a variable that the environment of this process does not have. Set it, and run again.");
    }
    return value;
  }

  private static String file(String name) {
    try {
      return Files.readString(Path.of(name), StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "'${file:"
              + name
              + "}' refers to a file that cannot be read ("
              + e.getClass().getSimpleName()
              + "). Make it readable for this process, and run again.",
          e);
    }
  }
}
