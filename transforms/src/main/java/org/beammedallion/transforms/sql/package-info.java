/**
 * SQL over encoded rows, as Beam SQL has it: parsed, checked, evaluated on the rows themselves
 * where that can be done and by Beam SQL where not.
 */
@NullMarked
package org.beammedallion.transforms.sql;

import org.jspecify.annotations.NullMarked;
