/**
 * Tells, from what little is known of a file, whether it can hold one of a cycle's keys.
 *
 * <p>It depends on tables' statistics and on encoded rows, and knows no pipeline.
 */
@NullMarked
package org.beammedallion.io.keys;

import org.jspecify.annotations.NullMarked;
