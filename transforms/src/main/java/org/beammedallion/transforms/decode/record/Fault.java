package org.beammedallion.transforms.decode.record;

import org.beammedallion.quality.deadletter.Reason;

/**
 * Why a record cannot become a row.
 *
 * @param detail what is wrong, in words for a person
 */
public record Fault(Reason reason, String detail) {}
