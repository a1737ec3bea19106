/** What became of every record of a cycle. */
@NullMarked
package org.beammedallion.quality.ledger;

import org.jspecify.annotations.NullMarked;
