package org.beammedallion.io.storage.azure;

import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.storage.object.ObjectLocation;

/**
 * The blobs below a folder. All are asked for, and held in memory: accounts with a hierarchy of
 * folders list folder by folder, so {@code a/b} before {@code a.b}, while URIs are ordered as
 * texts.
 */
final class AzureListing {

  private static final int PAGE = 2_000;

  private AzureListing() {}

  /**
   * The blobs in order of their URIs, without folders.
   *
   * @param direct whether only those directly in the folder are wanted
   * @param wanted which of the URIs are wanted
   */
  static List<StoredFile> of(
      BlobContainerClient container,
      ObjectLocation folder,
      boolean direct,
      Predicate<String> wanted)
      throws IOException {
    List<StoredFile> files = new ArrayList<>();
    for (BlobItem blob : items(container, folder, direct)) {
      String uri = folder.uriOf(blob.getName());
      if (!isFolder(blob) && wanted.test(uri)) {
        files.add(
            new StoredFile(
                uri,
                blob.getProperties().getContentLength(),
                blob.getProperties().getLastModified().toInstant()));
      }
    }
    files.sort(Comparator.comparing(StoredFile::uri));
    return files;
  }

  /** Fails where the container does not exist or must not be listed. */
  static PagedResponse<BlobItem> firstPage(BlobContainerClient container) {
    return container
        .listBlobs(new ListBlobsOptions().setMaxResultsPerPage(1), null)
        .iterableByPage()
        .iterator()
        .next();
  }

  /** All below a folder, with what stands for folders. */
  static List<BlobItem> items(BlobContainerClient container, ObjectLocation folder)
      throws IOException {
    return items(container, folder, false);
  }

  private static List<BlobItem> items(
      BlobContainerClient container, ObjectLocation folder, boolean direct) throws IOException {
    ListBlobsOptions options =
        new ListBlobsOptions()
            .setPrefix(folder.prefix())
            .setMaxResultsPerPage(PAGE)
            .setDetails(new BlobListDetails().setRetrieveMetadata(true));
    PagedIterable<BlobItem> pages =
        direct
            ? container.listBlobsByHierarchy("/", options, null)
            : container.listBlobs(options, null);
    List<BlobItem> items = new ArrayList<>();
    String next = null;
    do {
      String token = next;
      // Each page alone, so that a failure of one does not cost those before it.
      PagedResponse<BlobItem> page =
          AzureRequests.ask("list", folder, () -> pages.iterableByPage(token).iterator().next());
      page.getValue().stream()
          .filter(blob -> !Boolean.TRUE.equals(blob.isPrefix()))
          .forEach(items::add);
      next = page.getContinuationToken();
    } while (next != null && !next.isEmpty());
    return items;
  }

  static boolean isFolder(BlobItem blob) {
    return blob.getName().endsWith("/") || AzureBlob.isFolder(blob.getMetadata());
  }
}
