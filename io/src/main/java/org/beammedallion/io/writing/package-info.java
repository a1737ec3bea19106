/**
 * What workers write before anybody may read it, whatever table it is for: rows into files, blocks
 * into files, and the figures of what they wrote.
 */
@NullMarked
package org.beammedallion.io.writing;

import org.jspecify.annotations.NullMarked;
