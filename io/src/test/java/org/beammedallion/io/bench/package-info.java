/** Measurements by hand: {@code main} classes, no tests. */
@NullMarked
package org.beammedallion.io.bench;

import org.jspecify.annotations.NullMarked;
