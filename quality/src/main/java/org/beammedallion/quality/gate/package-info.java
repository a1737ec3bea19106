/** The question that stands between what a cycle has written and what readers see of it. */
@NullMarked
package org.beammedallion.quality.gate;

import org.jspecify.annotations.NullMarked;
