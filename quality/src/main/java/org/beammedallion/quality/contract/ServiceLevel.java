package org.beammedallion.quality.contract;

import org.jspecify.annotations.Nullable;

/**
 * A service level that the contract promises.
 *
 * @param property such as {@code freshness} or {@code retention}
 * @param element what it is about, such as {@code orders.ordered_at}
 */
public record ServiceLevel(
    String property, @Nullable String value, @Nullable String unit, @Nullable String element) {}
