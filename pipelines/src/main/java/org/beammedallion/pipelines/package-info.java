/** The entry point. */
@NullMarked
package org.beammedallion.pipelines;

import org.jspecify.annotations.NullMarked;
