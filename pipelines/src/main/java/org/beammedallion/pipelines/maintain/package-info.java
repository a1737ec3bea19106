/** Care for the tables of a lake: earlier versions, rollback, compaction, expiry, clean-up. */
@NullMarked
package org.beammedallion.pipelines.maintain;

import org.jspecify.annotations.NullMarked;
