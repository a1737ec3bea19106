package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where the writer schemas of messages are.
 *
 * @param registry that gives them by the number in each message; null where values have no number
 * @param avroSchema the one schema of all messages, in Avro's JSON; null where there is none
 */
public record PayloadSpec(@Nullable RegistrySpec registry, @Nullable String avroSchema)
    implements Serializable {

  /** Values need no schema. */
  public static final PayloadSpec PLAIN = new PayloadSpec(null, null);
}
