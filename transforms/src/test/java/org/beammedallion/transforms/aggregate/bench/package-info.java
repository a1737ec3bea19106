/** Measurements, run by hand. */
@NullMarked
package org.beammedallion.transforms.aggregate.bench;

import org.jspecify.annotations.NullMarked;
