package org.beammedallion.transforms.decode.record;

import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why a record is no row of the table.
 *
 * @param detail what is wrong, in words for a person
 * @param rule id of the rule that was broken, where one was
 */
public record Rejection(Reason reason, String detail, @Nullable String rule) {}
