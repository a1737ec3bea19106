/**
 * What each pipeline has done and is doing: plans, claims, results and completions of its cycles.
 */
@NullMarked
package org.beammedallion.io.progress;

import org.jspecify.annotations.NullMarked;
