package org.beammedallion.quality.pipeline;

import java.io.Serializable;

/** A gold table: a query over each window of silver. */
public record AggregateSpec(String table, WindowSpec window, String sql) implements Serializable {}
