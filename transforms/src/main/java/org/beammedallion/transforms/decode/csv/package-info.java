/** From CSV records to encoded rows, straight from the bytes, and the check of a file's header. */
@NullMarked
package org.beammedallion.transforms.decode.csv;

import org.jspecify.annotations.NullMarked;
