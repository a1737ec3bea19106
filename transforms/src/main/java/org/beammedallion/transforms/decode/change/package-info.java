/**
 * From change records of Debezium and DMS to encoded rows, with their place in the source's order.
 */
@NullMarked
package org.beammedallion.transforms.decode.change;

import org.jspecify.annotations.NullMarked;
