/** Tables of Delta and Iceberg as sinks of any bounded Beam pipeline. */
@NullMarked
package org.beammedallion.io.sink;

import org.jspecify.annotations.NullMarked;
