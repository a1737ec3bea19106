/** Windows in event time: which of them a cycle touches, and which rows lie in them. */
@NullMarked
package org.beammedallion.transforms.window;

import org.jspecify.annotations.NullMarked;
