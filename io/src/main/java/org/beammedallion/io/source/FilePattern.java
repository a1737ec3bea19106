package org.beammedallion.io.source;

import java.util.regex.Pattern;
import org.beammedallion.io.storage.StoredFile;

/**
 * A glob over files: {@code *} and {@code ?} stay within a folder, {@code **} does not, {@code
 * [abc]} and {@code {a,b}} choose. A pattern without any of them names a file, or a folder of which
 * every file is meant. Files and folders whose names start with {@code _} or {@code .} are never
 * meant, as everywhere in this field.
 *
 * @param folder where the search starts: the part before the first wildcard
 * @param pattern of the whole URI
 */
record FilePattern(String folder, Pattern pattern) {

  static FilePattern of(String glob) {
    int wildcard = firstWildcard(glob);
    if (wildcard < 0) {
      String exact = Pattern.quote(glob);
      return new FilePattern(glob, Pattern.compile(exact + "(/.*)?"));
    }
    int slash = glob.lastIndexOf('/', wildcard);
    return new FilePattern(glob.substring(0, Math.max(slash, 0)), Pattern.compile(regex(glob)));
  }

  private static int firstWildcard(String glob) {
    for (int i = 0; i < glob.length(); i++) {
      if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    boolean choice = false;
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
          choice = true;
        }
        case '}' -> {
          regex.append(')');
          choice = false;
        }
        case ',' -> regex.append(choice ? "|" : ",");
        case '[', ']', '-' -> regex.append(c);
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
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
