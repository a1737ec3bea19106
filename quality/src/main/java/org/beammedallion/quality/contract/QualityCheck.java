package org.beammedallion.quality.contract;

import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * A quality check as the contract states it.
 *
 * @param id the check's {@code id}, or null
 * @param name the check's {@code name}, or null
 * @param type {@code library}, {@code sql}, {@code text} or {@code custom}
 * @param metric of a library check: its {@code metric}, or else the {@code rule} of version 3.0
 * @param node the whole check
 */
public record QualityCheck(
    @Nullable String id,
    @Nullable String name,
    String type,
    @Nullable String metric,
    @Nullable String description,
    YamlNode node,
    Location location) {

  public static final String LIBRARY = "library";
}
