/**
 * YAML files that people write: read with the place of everything in them, so that errors can say
 * where.
 */
@NullMarked
package org.beammedallion.quality.yaml;

import org.jspecify.annotations.NullMarked;
