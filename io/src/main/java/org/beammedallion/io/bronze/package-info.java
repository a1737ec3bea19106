/**
 * The raw layer: every record's bytes untouched, with its provenance, in Avro files that never
 * change.
 */
@NullMarked
package org.beammedallion.io.bronze;

import org.jspecify.annotations.NullMarked;
