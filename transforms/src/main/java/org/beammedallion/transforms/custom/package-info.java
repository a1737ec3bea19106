/** Where a user's own PTransform stands: between the checks and the deduplication. */
@NullMarked
package org.beammedallion.transforms.custom;

import org.jspecify.annotations.NullMarked;
