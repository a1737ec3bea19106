/** Steps that stage dimensions and facts. */
@NullMarked
package org.beammedallion.io.star;

import org.jspecify.annotations.NullMarked;
