package org.beammedallion.io.progress;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a file of the source.
 *
 * @param file as it was when it was read, or null where it had vanished and counts as never seen
 */
record NameEntry(String uri, @Nullable TakenFile file) {}
