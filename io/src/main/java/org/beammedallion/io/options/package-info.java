/** Options of ours that Beam carries to every worker. */
@NullMarked
package org.beammedallion.io.options;

import org.jspecify.annotations.NullMarked;
