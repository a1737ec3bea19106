package org.beammedallion.io.progress;

import java.time.Instant;

/**
 * A driver's claim to a cycle. The highest number owns the cycle; a driver that finds a higher one
 * than its own stops.
 *
 * @param number from 1; a driver that resumes a cycle takes the next
 * @param owner a random id of the driver
 * @param host and {@code pid}: where it runs, so that a driver on the same host sees whether it is
 *     dead
 */
public record Attempt(
    long cycle,
    int number,
    String owner,
    String host,
    long pid,
    String processStart,
    Instant claimed) {}
