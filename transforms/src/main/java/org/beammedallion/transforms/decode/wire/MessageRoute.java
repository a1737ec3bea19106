package org.beammedallion.transforms.decode.wire;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.beammedallion.transforms.decode.json.MessageValue;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.MessagePath;
import org.beammedallion.transforms.raw.RawBatch;
import org.jspecify.annotations.Nullable;

/**
 * Which header or field of a topic's messages tells for whom they are, such as the table of a
 * change.
 *
 * @param hasSchemaNumber whether the number of a schema precedes the JSON text of the values, see
 *     {@link WireFormat}
 */
public record MessageRoute(MessagePath path, boolean hasSchemaNumber) implements Serializable {

  /** Begins to look at messages. */
  public Finder finder() {
    return new Finder(this);
  }

  /** Looks at messages one after the other. Not thread-safe. */
  public static final class Finder {
    private final MessageValue value;
    private final boolean skipsNumber;

    private Finder(MessageRoute route) {
      this.value = new MessageValue(route.path());
      this.skipsNumber = route.hasSchemaNumber() && !route.path().ofHeader();
    }

    /**
     * What the message has there; null where it has nothing or no UTF-8, or cannot be looked into,
     * so that everybody must see it.
     */
    public @Nullable String of(RawBatch batch, int record) {
      int skipped = 0;
      if (skipsNumber && batch.hasValue(record)) {
        int from = batch.starts()[record];
        if (!WireFormat.isIn(batch.bytes(), from, from + batch.lengths()[record])) {
          return null;
        }
        skipped = WireFormat.PREFIX;
      }
      if (value.find(batch, record, skipped) != MessageValue.Found.VALUE
          || Utf8.firstInvalid(value.bytes(), value.from(), value.to()) >= 0) {
        return null;
      }
      return new String(
          value.bytes(), value.from(), value.to() - value.from(), StandardCharsets.UTF_8);
    }
  }
}
