package org.beammedallion.transforms.decode.json;

import org.beammedallion.transforms.decode.record.MalformedRecord;

/**
 * Looks for a value in a text of JSON of which the contract does not say what is in it. Not
 * thread-safe.
 */
public final class FreeFormValues {

  /** Values to look for. */
  public interface Wanted {

    /** Whether it is a text, whose escapes are replaced; names of members are not asked for. */
    boolean isText(byte[] text, int from, int to);

    /** Whether it is the array or object that starts at {@code from} and ends before a limit. */
    boolean isStructure(byte[] text, int from, int limit);
  }

  private final JsonScanner json = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);

  /**
   * Whether an array or object holds what is wanted, at any depth.
   *
   * @param text is valid JSON
   */
  public boolean hold(byte[] text, int from, int to, Wanted wanted) {
    json.reset(text, from, to);
    int i = from + 1;
    try {
      while (i < to) {
        if (text[i] == '"') {
          int quote = json.closingQuote(i + 1);
          if (json.at(json.afterSpace(quote + 1)) != ':'
              && isWantedText(text, i + 1, quote, wanted)) {
            return true;
          }
          i = quote;
        } else if ((text[i] == '[' || text[i] == '{') && wanted.isStructure(text, i, to)) {
          return true;
        }
        i++;
      }
      return false;
    } catch (MalformedRecord e) {
      throw new IllegalArgumentException("The text is not JSON.", e);
    }
  }

  private boolean isWantedText(byte[] text, int from, int quote, Wanted wanted)
      throws MalformedRecord {
    if (!json.isEscaped()) {
      return wanted.isText(text, from, quote);
    }
    int length = json.unescape(from, quote);
    return wanted.isText(json.unescaped(), 0, length);
  }
}
