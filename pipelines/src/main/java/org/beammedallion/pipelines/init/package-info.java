/** Writes a contract and a pipeline file from files of data. */
@NullMarked
package org.beammedallion.pipelines.init;

import org.jspecify.annotations.NullMarked;
