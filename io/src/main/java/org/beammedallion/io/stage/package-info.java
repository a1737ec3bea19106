/** What workers write before anybody may read it, and the figures of what they wrote. */
@NullMarked
package org.beammedallion.io.stage;

import org.jspecify.annotations.NullMarked;
