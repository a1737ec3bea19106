/**
 * The types of a record: what the contract says its fields are, free of any engine or file format.
 */
@NullMarked
package org.beammedallion.quality.schema;

import org.jspecify.annotations.NullMarked;
