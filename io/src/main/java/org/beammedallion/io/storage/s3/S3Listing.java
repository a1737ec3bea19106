package org.beammedallion.io.storage.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects below a folder in order of their URIs, page by page. A failure is an {@link
 * UncheckedIOException}. Not thread-safe.
 *
 * <p>S3 orders keys by their bytes in UTF-8, and texts are ordered by their UTF-16 units. The two
 * differ where a character is a surrogate or greater than these; from the first such name on, the
 * rest is put in order in memory.
 */
final class S3Listing implements Iterator<StoredFile> {

  private static final int PAGE = 1_000;

  private final S3Client client;
  private final ObjectLocation folder;
  private final String after;
  private final ListObjectsV2Request first;
  private Iterator<StoredFile> page = List.<StoredFile>of().iterator();
  private @Nullable String next;
  private boolean begun;

  /**
   * @param direct whether only objects directly in the folder are wanted
   * @param after URIs that are not greater are left out; empty for none
   */
  S3Listing(
      S3Client client,
      S3Options.Requests requests,
      ObjectLocation folder,
      boolean direct,
      String after) {
    this.client = client;
    this.folder = folder;
    this.after = after;
    this.first =
        ListObjectsV2Request.builder()
            .bucket(folder.name())
            .prefix(folder.prefix())
            .delimiter(direct ? "/" : null)
            .startAfter(startAfter(folder, after))
            .maxKeys(PAGE)
            .expectedBucketOwner(requests.bucketOwner())
            .requestPayer(requests.payer())
            .build();
  }

  /** A key after which all wanted ones come in S3's order; null for the beginning. */
  private static @Nullable String startAfter(ObjectLocation folder, String after) {
    String all = folder.bucket() + "/" + folder.prefix();
    if (!after.startsWith(all)) {
      // All of the folder is greater, or nothing; the comparison of each name decides.
      return null;
    }
    String key = after.substring(folder.bucket().length() + 1);
    int same = 0;
    while (same < key.length() && isOrderedAlike(key.charAt(same))) {
      same++;
    }
    return same < folder.prefix().length() ? null : key.substring(0, same);
  }

  private static boolean isOrderedAlike(char c) {
    return c < Character.MIN_SURROGATE;
  }

  @Override
  public boolean hasNext() {
    try {
      while (!page.hasNext() && (!begun || next != null)) {
        page = nextFiles();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page.hasNext();
  }

  @Override
  public StoredFile next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }

  private Iterator<StoredFile> nextFiles() throws IOException {
    List<StoredFile> files = nextPage();
    if (files.stream().allMatch(file -> isOrderedAlike(file.uri()))) {
      return files.iterator();
    }
    List<StoredFile> rest = new ArrayList<>(files);
    while (next != null) {
      rest.addAll(nextPage());
    }
    rest.sort(Comparator.comparing(StoredFile::uri));
    return rest.iterator();
  }

  private static boolean isOrderedAlike(String uri) {
    return uri.chars().allMatch(c -> isOrderedAlike((char) c));
  }

  private List<StoredFile> nextPage() throws IOException {
    ListObjectsV2Response response;
    try {
      response = client.listObjectsV2(first.toBuilder().continuationToken(next).build());
    } catch (SdkException e) {
      throw S3Errors.explained("list", folder, e);
    }
    begun = true;
    next = Boolean.TRUE.equals(response.isTruncated()) ? response.nextContinuationToken() : null;
    if (next == null && Boolean.TRUE.equals(response.isTruncated())) {
      throw new StorageException(
          "Cannot list '"
              + folder.uri()
              + "': the store says that there are more objects, and not how to go on. It does not speak version 2 of"
              + " S3's listings; use another store.",
          null);
    }
    List<StoredFile> files = new ArrayList<>();
    for (S3Object object : response.contents()) {
      // Folder markers, which the console makes, are no files.
      if (!object.key().endsWith("/")) {
        StoredFile file =
            new StoredFile(folder.uriOf(object.key()), object.size(), object.lastModified());
        if (file.uri().compareTo(after) > 0) {
          files.add(file);
        }
      }
    }
    return files;
  }
}
