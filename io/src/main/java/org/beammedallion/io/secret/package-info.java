/** Secrets, which settings refer to and do not hold. */
@NullMarked
package org.beammedallion.io.secret;

import org.jspecify.annotations.NullMarked;
