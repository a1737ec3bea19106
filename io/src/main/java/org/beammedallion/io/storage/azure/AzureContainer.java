package org.beammedallion.io.storage.azure;

import com.azure.storage.blob.BlobContainerAsyncClient;
import com.azure.storage.blob.BlobContainerClient;

/**
 * The clients of a container.
 *
 * @param client for all but downloads
 * @param downloads tells the headers of an answer before its body
 * @param blockBytes size of the blocks of large blobs
 */
record AzureContainer(
    BlobContainerClient client, BlobContainerAsyncClient downloads, int blockBytes) {}
