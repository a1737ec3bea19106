/** The pipeline file, and what it makes of a contract: everything that a run needs to know. */
@NullMarked
package org.beammedallion.quality.pipeline;

import org.jspecify.annotations.NullMarked;
