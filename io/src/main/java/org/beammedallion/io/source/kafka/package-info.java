/** Topics of Kafka as a source: each cycle reads a range of offsets of each partition. */
@NullMarked
package org.beammedallion.io.source.kafka;

import org.jspecify.annotations.NullMarked;
