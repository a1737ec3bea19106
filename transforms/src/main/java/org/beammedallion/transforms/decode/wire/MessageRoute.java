package org.beammedallion.transforms.decode.wire;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.transforms.decode.json.MessageValue;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.jspecify.annotations.Nullable;

/**
 * Which header or field of a topic's messages tells for whom they are, such as the table of a
 * change.
 *
 * @param hasSchemaNumber whether the number of a schema precedes the JSON text of the values, see
 *     {@link WireFormat}
 */
public record MessageRoute(Part part, boolean hasSchemaNumber) implements Serializable {

  /** Begins to look at messages. */
  public Finder finder() {
    return new Finder(this);
  }

  /** Looks at messages one after the other. Not thread-safe. */
  public static final class Finder {
    private final Part part;
    private final MessageValue value;
    private final boolean skipsNumber;

    private Finder(MessageRoute route) {
      this.part = route.part();
      this.value = new MessageValue(part);
      this.skipsNumber = route.hasSchemaNumber() && !part.ofHeader();
    }

    /** Where it looks. */
    public Part part() {
      return part;
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
      MessageFields beside = part.ofHeader() ? batch.message(record) : MessageFields.NONE;
      if (value.find(batch, record, beside, skipped) != MessageValue.Found.VALUE
          || Utf8.firstInvalid(value.bytes(), value.from(), value.to()) >= 0) {
        return null;
      }
      return new String(
          value.bytes(), value.from(), value.to() - value.from(), StandardCharsets.UTF_8);
    }
  }
}
