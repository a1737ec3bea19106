/** What all storages of objects share: names, reads at positions, and writing in parts. */
@NullMarked
package org.beammedallion.io.storage.object;

import org.jspecify.annotations.NullMarked;
