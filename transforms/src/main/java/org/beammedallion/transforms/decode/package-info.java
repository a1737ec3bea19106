/** From raw records to encoded rows: JSON lines and CSV, straight from the bytes. */
@NullMarked
package org.beammedallion.transforms.decode;

import org.jspecify.annotations.NullMarked;
