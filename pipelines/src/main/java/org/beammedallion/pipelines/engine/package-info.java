/** Flink, Spark and Direct: what runs Beam pipelines, and all that differs between them. */
@NullMarked
package org.beammedallion.pipelines.engine;

import org.jspecify.annotations.NullMarked;
