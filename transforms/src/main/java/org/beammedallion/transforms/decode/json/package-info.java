/** From JSON records to encoded rows, straight from the bytes. */
@NullMarked
package org.beammedallion.transforms.decode.json;

import org.jspecify.annotations.NullMarked;
