/** Delta Lake tables, on Delta Kernel. Kernel's internal classes are used here and nowhere else. */
@NullMarked
package org.beammedallion.io.table.delta;

import org.jspecify.annotations.NullMarked;
