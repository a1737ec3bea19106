/** Where dead letters are kept: JSON lines by reason and date. */
@NullMarked
package org.beammedallion.io.quarantine;

import org.jspecify.annotations.NullMarked;
