/** Measurements, run by hand: main classes without limits. */
@NullMarked
package org.beammedallion.transforms.bench;

import org.jspecify.annotations.NullMarked;
