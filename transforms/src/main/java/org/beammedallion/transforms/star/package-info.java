/** Dimensions and facts: the history of a business key, and the row of it that held at a time. */
@NullMarked
package org.beammedallion.transforms.star;

import org.jspecify.annotations.NullMarked;
