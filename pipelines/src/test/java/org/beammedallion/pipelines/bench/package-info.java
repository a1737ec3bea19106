/** Measurements by hand: {@code main} classes, no tests. */
@NullMarked
package org.beammedallion.pipelines.bench;

import org.jspecify.annotations.NullMarked;
