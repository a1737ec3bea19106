/** Stable names, and the tables that they stand for. */
@NullMarked
package org.beammedallion.io.publish;

import org.jspecify.annotations.NullMarked;
