/** Looks into a lake: rows of tables, of the quarantine and of bronze, and cycles. */
@NullMarked
package org.beammedallion.pipelines.inspect;

import org.jspecify.annotations.NullMarked;
