/** The command line, the cycle and the wiring: the only place where runners, options and storage meet. */
@NullMarked
package org.beammedallion.pipelines;

import org.jspecify.annotations.NullMarked;
