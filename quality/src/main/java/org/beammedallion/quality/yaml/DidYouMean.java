package org.beammedallion.quality.yaml;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the known word that is most similar to a misspelt one. */
public final class DidYouMean {

  private static final int MAX_LENGTH = 64;

  /** A shorter word begins too many others. */
  private static final int SHORTEST_BEGINNING = 4;

  private DidYouMean() {}

  /**
   * How to end a sentence that complains about a word: {@code ; did you mean 'required'?}, or just
   * a full stop.
   */
  public static String ending(String word, Collection<String> known) {
    String nearest = nearest(word, known);
    return nearest == null ? "." : "; did you mean '" + nearest + "'?";
  }

  /**
   * The known word with the fewest typing errors between it and {@code word}, which may be its
   * beginning, or null where all are too far.
   */
  public static @Nullable String nearest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return null;
    }
    String lower = word.toLowerCase(Locale.ROOT);
    String best = null;
    int bestDistance = 1 + (word.length() <= 3 ? 1 : Math.max(2, word.length() / 3));
    for (String candidate : known) {
      String other = candidate.toLowerCase(Locale.ROOT);
      boolean isBeginning = lower.length() >= SHORTEST_BEGINNING && other.startsWith(lower);
      int distance = isBeginning ? 1 : distance(lower, other);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment
   * distance).
   */
  static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      rows[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = best;
      }
    }
    return rows[a.length()][b.length()];
  }
}
