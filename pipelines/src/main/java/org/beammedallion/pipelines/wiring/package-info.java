/** The cycle: plan, stage, commit, complete; resumed from wherever it was left. */
@NullMarked
package org.beammedallion.pipelines.wiring;

import org.jspecify.annotations.NullMarked;
