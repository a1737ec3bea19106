/** From Avro records to encoded rows, by the schema that they were written with. */
@NullMarked
package org.beammedallion.transforms.decode.avro;

import org.jspecify.annotations.NullMarked;
