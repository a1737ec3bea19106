package org.beammedallion.transforms.decode.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.beammedallion.transforms.raw.CsvFormat;

/** The words of a CSV file that stand for null, true and false. Immutable. */
final class CsvWords {

  private final byte[][] nulls;
  private final String[] trues;
  private final String[] falses;

  CsvWords(CsvFormat.Values values) {
    nulls =
        values.nulls().stream()
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    trues = lower("true", values.trues());
    falses = lower("false", values.falses());
  }

  private static String[] lower(String always, List<String> words) {
    String[] all = new String[words.size() + 1];
    all[0] = always;
    for (int i = 0; i < words.size(); i++) {
      all[i + 1] = words.get(i).toLowerCase(Locale.ROOT);
    }
    return all;
  }

  boolean isNull(byte[] text, int from, int to) {
    for (byte[] word : nulls) {
      if (Arrays.equals(word, 0, word.length, text, from, to)) {
        return true;
      }
    }
    return false;
  }

  boolean isTrue(byte[] text, int from, int to) {
    return isOneOf(trues, text, from, to);
  }

  boolean isFalse(byte[] text, int from, int to) {
    return isOneOf(falses, text, from, to);
  }

  private static boolean isOneOf(String[] words, byte[] text, int from, int to) {
    if (isWord(words[0], text, from, to)) {
      return true;
    } else if (words.length == 1) {
      return false;
    }
    String given =
        new String(text, from, to - from, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    return Arrays.asList(words).contains(given);
  }

  private static boolean isWord(String word, byte[] text, int from, int to) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text[from + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
