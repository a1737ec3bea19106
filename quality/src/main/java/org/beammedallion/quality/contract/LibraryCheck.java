package org.beammedallion.quality.contract;

import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.Threshold;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * A library check with the parts that all of them have, found right.
 *
 * @param stated the check as the contract states it
 * @param id of the rule that it makes
 * @param label what messages call it
 * @param metric by its present name
 * @param dimension that it names, or null where it leaves it to the metric
 */
record LibraryCheck(
    QualityCheck stated,
    String id,
    String label,
    String metric,
    Threshold threshold,
    Unit unit,
    @Nullable Dimension dimension,
    Severity severity) {

  @Nullable YamlNode argument(String name) {
    YamlNode arguments = stated.node().find("arguments");
    return arguments == null ? null : arguments.find(name);
  }
}
