package org.beammedallion.quality.rule;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A rule that can be judged by looking at one record.
 *
 * @param id stable and readable, such as {@code orders.amount.minimum}; unique within a contract
 * @param description the contract's own words, where it has any
 */
public record RecordRule(
    String id,
    FieldPath path,
    Dimension dimension,
    Severity severity,
    Check check,
    @Nullable String description)
    implements Serializable {}
