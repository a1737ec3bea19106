/**
 * One row per key, the latest: rows are spread over buckets by key, and each bucket keeps the
 * winners.
 */
@NullMarked
package org.beammedallion.transforms.deduplicate;

import org.jspecify.annotations.NullMarked;
