/** Where records come from: files now; finding them, cutting them into shards and reading them. */
@NullMarked
package org.beammedallion.io.source;

import org.jspecify.annotations.NullMarked;
