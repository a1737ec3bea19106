/** Whole pipelines on real runners, judged by readers that are not ours. */
@org.jspecify.annotations.NullMarked
package org.beammedallion.pipelines.suite;
