/** Raw records as their source gave them, in batches, with their provenance. */
@NullMarked
package org.beammedallion.transforms.raw;

import org.jspecify.annotations.NullMarked;
