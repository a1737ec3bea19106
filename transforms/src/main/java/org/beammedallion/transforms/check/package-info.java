/** The contract's rules, evaluated over encoded rows. */
@NullMarked
package org.beammedallion.transforms.check;

import org.jspecify.annotations.NullMarked;
