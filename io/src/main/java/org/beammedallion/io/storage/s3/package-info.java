/** Files in buckets of Amazon S3, and of stores that speak its protocol. */
@NullMarked
package org.beammedallion.io.storage.s3;

import org.jspecify.annotations.NullMarked;
