/** What every runner and cluster has to do with the one packaged jar. */
@NullMarked
package org.beammedallion.runners;

import org.jspecify.annotations.NullMarked;
