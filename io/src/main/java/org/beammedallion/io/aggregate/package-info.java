/** Steps that stage aggregates: the windows that a cycle touched. */
@NullMarked
package org.beammedallion.io.aggregate;

import org.jspecify.annotations.NullMarked;
