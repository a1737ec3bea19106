package org.beammedallion.quality.deadletter;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A rejected record.
 *
 * @param detail what is wrong, in words for a person; names the field and the value
 * @param rule id of the rule that was broken, where one was
 * @param payload the record's bytes untouched; of an oversized record only their beginning
 * @param payloadLength length in bytes of the whole record
 */
@SuppressWarnings("ArrayRecordComponent") // Payloads are never compared.
public record DeadLetter(
    Reason reason,
    String detail,
    @Nullable String rule,
    byte[] payload,
    long payloadLength,
    Provenance provenance)
    implements Serializable {}
