/** The data contract: the Open Data Contract Standard, versions 3.0.0 to 3.2.0. */
@NullMarked
package org.beammedallion.quality.contract;

import org.jspecify.annotations.NullMarked;
