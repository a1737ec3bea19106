/** Records that could not be accepted: why, and what they were. */
@NullMarked
package org.beammedallion.quality.deadletter;

import org.jspecify.annotations.NullMarked;
