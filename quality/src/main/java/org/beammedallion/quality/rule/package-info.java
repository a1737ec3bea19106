/** What the contract demands of each record and of each cycle, free of any syntax. */
@NullMarked
package org.beammedallion.quality.rule;

import org.jspecify.annotations.NullMarked;
