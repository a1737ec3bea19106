/** Values of messages that begin with the number of their schema in a registry. */
@NullMarked
package org.beammedallion.transforms.decode.wire;

import org.jspecify.annotations.NullMarked;
