package org.beammedallion.transforms.decode.json;

import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.transforms.decode.record.MalformedRecord;

/**
 * Recognises texts of JSON, for fields of which the contract does not say what is in them. Not
 * thread-safe.
 */
public final class FreeForm {

  private final JsonScanner json = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);

  /** The first character of such a text. */
  static char opening(Content content) {
    return content == Content.JSON_OBJECT ? '{' : '[';
  }

  /** Whether a text in UTF-8 is one object, or one array, and nothing else. */
  public boolean holds(Content content, byte[] text, int from, int to) {
    try {
      json.reset(text, from, to);
      int p = json.afterSpace(from);
      return json.at(p) == opening(content) && json.afterSpace(json.afterValue(p, 0)) == to;
    } catch (MalformedRecord e) {
      return false;
    }
  }
}
