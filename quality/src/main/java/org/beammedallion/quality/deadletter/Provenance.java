package org.beammedallion.quality.deadletter;

import java.io.Serializable;

/**
 * Where a record came from, precisely enough to find its bytes again.
 *
 * @param source URI of the file, or topic and partition
 * @param shard number of the shard of the cycle's plan that read it
 * @param position offset in the partition, or byte offset in the (decompressed) file
 */
public record Provenance(String source, int shard, long position) implements Serializable {}
