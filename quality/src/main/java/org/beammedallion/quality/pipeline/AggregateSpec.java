package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import org.beammedallion.quality.yaml.TextOrigin;

/**
 * A gold table: a query over each window of silver.
 *
 * @param origin place of the query in the pipeline file
 */
public record AggregateSpec(String table, WindowSpec window, String sql, TextOrigin origin)
    implements Serializable {}
