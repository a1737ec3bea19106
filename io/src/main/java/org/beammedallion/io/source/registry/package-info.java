/** Schemas of messages, from a registry and from the lake. */
@NullMarked
package org.beammedallion.io.source.registry;

import org.jspecify.annotations.NullMarked;
