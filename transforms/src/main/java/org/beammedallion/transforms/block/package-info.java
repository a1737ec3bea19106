/** Blocks: what travels between the steps of a cycle, many rows at a time, and where they go. */
@NullMarked
package org.beammedallion.transforms.block;

import org.jspecify.annotations.NullMarked;
