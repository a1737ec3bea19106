/** Files in containers of Azure Blob Storage and Azure Data Lake Storage Gen2. */
@NullMarked
package org.beammedallion.io.storage.azure;

import org.jspecify.annotations.NullMarked;
