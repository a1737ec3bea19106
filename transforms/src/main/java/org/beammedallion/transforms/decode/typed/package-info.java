/**
 * From records whose file has a schema, column by column, to encoded rows; the part that formats
 * share.
 */
@NullMarked
package org.beammedallion.transforms.decode.typed;

import org.jspecify.annotations.NullMarked;
