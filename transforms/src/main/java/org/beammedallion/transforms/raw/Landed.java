package org.beammedallion.transforms.raw;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What became of a shard: it travels with the shard's last batch, so that the ledger counts what
 * was written and not what a runner's metrics say.
 *
 * @param shard number of the shard in the cycle's plan
 * @param source URI of the file
 * @param read number of records, oversized and damaged ones included
 * @param bronzeFile where they are kept, or null where there was no record
 * @param bronzeBytes size of that file
 * @param vanished whether the file was gone before it could be read
 * @param warning what a person should know of the file, or null: a sentence that begins with its
 *     verb, for the file's name goes before it
 */
public record Landed(
    int shard,
    String source,
    long read,
    @Nullable String bronzeFile,
    long bronzeBytes,
    boolean vanished,
    @Nullable String warning)
    implements Serializable {}
