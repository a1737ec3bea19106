package org.beammedallion.quality.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Variables of the environment in the texts of a file: {@code ${YEAR}} stands for the variable's
 * value, {@code ${YEAR:-2026}} for 2026 where it is not set or empty, as in a shell, and {@code
 * $${YEAR}} for the text itself. Immutable.
 */
public final class Variables {

  /** Looks a variable up. */
  @FunctionalInterface
  public interface Values {
    /** Null where it is not set. */
    @Nullable String of(String name);
  }

  /** Those of this process. */
  public static final Variables ENVIRONMENT = new Variables(System::getenv);

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$?)\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\\}");

  private final Values values;

  public Variables(Values values) {
    this.values = values;
  }

  /** The same value with all texts in it resolved. */
  public YamlNode in(YamlNode node, Problems problems) {
    return node.mapTexts(text -> in(text.text(), text.location(), problems));
  }

  /**
   * A text with its variables resolved.
   *
   * @param location that a variable which is not set is reported at
   */
  public String in(String text, Location location, Problems problems) {
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (reference.find()) {
      reference.appendReplacement(
          resolved, Matcher.quoteReplacement(value(reference, location, problems)));
    }
    return reference.appendTail(resolved).toString();
  }

  private String value(Matcher reference, Location location, Problems problems) {
    String name = reference.group(2);
    if (!reference.group(1).isEmpty()) {
      return reference.group().substring(1);
    }
    String value = values.of(name);
    String otherwise = reference.group(4);
    if (otherwise != null) {
      return value == null || value.isEmpty() ? otherwise : value;
    } else if (value == null) {
      problems.add(
          location,
          "the environment has no variable "
              + name
              + ": set it, or write ${"
              + name
              + ":-value} with the value that it has otherwise; $${"
              + name
              + "} stands for the text itself.");
      return "";
    }
    return value;
  }

  /** A path of this machine in which a {@code ~} at the beginning is the user's home folder. */
  public static String home(String path) {
    return path.equals("~") || path.startsWith("~/")
        ? System.getProperty("user.home") + path.substring(1)
        : path;
  }
}
