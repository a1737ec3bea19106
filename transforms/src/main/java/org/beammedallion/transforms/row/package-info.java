/**
 * Rows in a compact binary layout of the contract's schema, and the batches of them that travel
 * between transforms.
 */
@NullMarked
package org.beammedallion.transforms.row;

import org.jspecify.annotations.NullMarked;
