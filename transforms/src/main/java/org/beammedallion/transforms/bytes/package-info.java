/** Looking at eight bytes at a time. */
@NullMarked
package org.beammedallion.transforms.bytes;

import org.jspecify.annotations.NullMarked;
