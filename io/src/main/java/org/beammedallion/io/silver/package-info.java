/**
 * Steps that stage silver, its remembered deletes and its versions, from blocks of rows of a cycle.
 */
@NullMarked
package org.beammedallion.io.silver;

import org.jspecify.annotations.NullMarked;
