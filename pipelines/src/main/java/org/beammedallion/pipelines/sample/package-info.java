/** Reads some records of a source in this process, and says what would be rejected and why. */
@NullMarked
package org.beammedallion.pipelines.sample;

import org.jspecify.annotations.NullMarked;
