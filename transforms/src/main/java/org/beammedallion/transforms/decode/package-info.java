/** From raw records to encoded rows. Each format has a package of its own. */
@NullMarked
package org.beammedallion.transforms.decode;

import org.jspecify.annotations.NullMarked;
