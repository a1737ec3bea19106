package org.beammedallion.io.progress;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that earlier cycles have read under another name.
 *
 * @param uri its name now
 * @param size in bytes
 * @param modified when it was last written
 * @param as the name under which it was read
 */
public record SameFile(String uri, long size, @Nullable Instant modified, String as)
    implements Serializable {}
