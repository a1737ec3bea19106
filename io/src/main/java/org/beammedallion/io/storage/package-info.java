/**
 * The one seam through which every byte is stored and read: files on a disk now, object stores
 * beside it.
 */
@NullMarked
package org.beammedallion.io.storage;

import org.jspecify.annotations.NullMarked;
