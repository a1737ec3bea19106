/** How a pipeline stands, as the lake, its source and its tables tell. Nothing is written. */
@NullMarked
package org.beammedallion.pipelines.status;

import org.jspecify.annotations.NullMarked;
