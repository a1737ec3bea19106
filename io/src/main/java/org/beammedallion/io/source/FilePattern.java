package org.beammedallion.io.source;

import java.util.regex.Pattern;
import org.beammedallion.io.storage.StoredFile;

/**
 * A glob over files: {@code *} and {@code ?} stay within a folder, {@code **} does not, {@code
 * [abc]}, {@code [a-c]}, {@code [!abc]} (or {@code [^abc]}) and {@code {a,b}} choose; {@code \\}
 * takes the next character as it is. A pattern without any of them names a file, or a folder of
 * which every file is meant. Files and folders whose names start with {@code _} or {@code .} are
 * never meant, as everywhere in this field.
 *
 * @param folder where the search starts: the part before the first wildcard
 * @param pattern of the whole URI
 */
record FilePattern(String folder, Pattern pattern) {

  /**
   * @throws IllegalArgumentException where a bracket or brace is not closed
   */
  static FilePattern of(String glob) {
    int wildcard = firstWildcard(glob);
    if (wildcard < 0) {
      String exact = unescaped(glob);
      return new FilePattern(exact, Pattern.compile(Pattern.quote(exact) + "(/.*)?"));
    }
    int slash = glob.lastIndexOf('/', wildcard);
    return new FilePattern(
        unescaped(glob.substring(0, Math.max(slash, 0))), Pattern.compile(regex(glob)));
  }

  private static int firstWildcard(String glob) {
    for (int i = 0; i < glob.length(); i++) {
      if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
        return i;
      } else if (glob.charAt(i) == '\\') {
        i++;
      }
    }
    return -1;
  }

  private static String unescaped(String glob) {
    return glob.replaceAll("\\\\(.)", "$1");
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int choices = 0;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> {
          if (glob.startsWith("**/", i)) {
            regex.append("(.*/)?");
            i += 2;
          } else if (glob.startsWith("**", i)) {
            regex.append(".*");
            i++;
          } else {
            regex.append("[^/]*");
          }
        }
        case '?' -> regex.append("[^/]");
        case '{' -> {
          regex.append("(?:");
          choices++;
        }
        case '}' -> {
          regex.append(choices > 0 ? ")" : "\\}");
          choices = Math.max(0, choices - 1);
        }
        case ',' -> regex.append(choices > 0 ? "|" : ",");
        case '[' -> i = characters(glob, i, regex);
        case '\\' -> {
          if (++i == glob.length()) {
            throw notClosed(glob, "it ends with a backslash");
          }
          i += appendLiteral(glob, i, regex);
        }
        default -> i += appendLiteral(glob, i, regex);
      }
    }
    if (choices > 0) {
      throw notClosed(glob, "'{' has no '}'");
    }
    return regex.toString();
  }

  /**
   * Appends a choice of characters.
   *
   * @param from index of its bracket
   * @return the index of the closing bracket
   */
  private static int characters(String glob, int from, StringBuilder regex) {
    int i = from + 1;
    boolean not = i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^');
    int first = not ? i + 1 : i;
    // No choice of characters takes the end of a folder's name.
    regex.append(not ? "[^/" : "[");
    for (i = first; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == ']' && i > first) {
        regex.append(']');
        return i;
      }
      boolean range = c == '-' && i > first && i + 1 < glob.length() && glob.charAt(i + 1) != ']';
      if (range) {
        regex.append('-');
      } else {
        i += appendLiteral(glob, i, regex);
      }
    }
    throw notClosed(glob, "'[' has no ']'");
  }

  /** Appends the code point that stands there; returns how many more {@code char}s it takes. */
  private static int appendLiteral(String glob, int at, StringBuilder regex) {
    int point = glob.codePointAt(at);
    if (Character.isLetterOrDigit(point)) {
      regex.appendCodePoint(point);
    } else {
      regex.append("\\x{").append(Integer.toHexString(point)).append('}');
    }
    return Character.charCount(point) - 1;
  }

  private static IllegalArgumentException notClosed(String glob, String why) {
    return new IllegalArgumentException(
        "The path '"
            + glob
            + "' is not a glob: "
            + why
            + ". Write a backslash before a literal character.");
  }

  boolean matches(StoredFile file) {
    return pattern.matcher(file.uri()).matches()
        && !isHidden(file.uri().substring(folder.length()));
  }

  private static boolean isHidden(String path) {
    for (String part : path.split("/")) {
      if (part.startsWith("_") || part.startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
