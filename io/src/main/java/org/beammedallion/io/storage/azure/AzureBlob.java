package org.beammedallion.io.storage.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobDownloadHeaders;
import com.azure.storage.blob.models.BlobDownloadResponse;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectPart;
import org.beammedallion.io.storage.object.StoredObject;
import org.jspecify.annotations.Nullable;

/** One blob, to be asked for as a whole or in ranges. */
record AzureBlob(BlobContainerClient container, int blockBytes, ObjectLocation location)
    implements StoredObject {

  /** Metadata of a blob: which write it is from, so that a lost answer does not matter. */
  private static final String WRITER = "medallion_writer";

  /** Metadata by which a folder of an account with a hierarchy is told from a blob. */
  static final String FOLDER = "hdi_isfolder";

  BlockBlobClient client() {
    return container.getBlobClient(location.key()).getBlockBlobClient();
  }

  /** Its properties; null where there is no such blob, or a folder of this name. */
  @Nullable BlobProperties properties() throws IOException {
    try {
      BlobProperties properties = AzureRequests.repeated(location, () -> client().getProperties());
      return isFolder(properties.getMetadata()) ? null : properties;
    } catch (AzureRequests.Failure e) {
      if (AzureErrors.isAbsent(e.thrown())) {
        return null;
      }
      throw AzureErrors.explained("read", location, e.thrown());
    }
  }

  static boolean isFolder(@Nullable Map<String, String> metadata) {
    return "true".equals(value(metadata, FOLDER));
  }

  /** Which write it is from; empty where it does not say so, null where there is none. */
  @Nullable String writer() throws IOException {
    BlobProperties properties = properties();
    return properties == null ? null : value(properties.getMetadata(), WRITER);
  }

  /** Names of metadata are those of HTTP headers, whose case stands for nothing. */
  private static String value(@Nullable Map<String, String> metadata, String name) {
    return metadata == null
        ? ""
        : metadata.entrySet().stream()
            .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(name))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
  }

  static Map<String, String> writtenBy(String writer) {
    return Map.of(WRITER, writer);
  }

  /**
   * Writes it in one request.
   *
   * @param count how many of the bytes, which must not change until the request has ended
   */
  void put(byte[] bytes, int count, String writer, BlobRequestConditions conditions) {
    BinaryData body = BinaryData.fromByteBuffer(ByteBuffer.wrap(bytes, 0, count));
    client()
        .uploadWithResponse(
            new BlockBlobSimpleUploadOptions(body)
                .setMetadata(writtenBy(writer))
                .setRequestConditions(conditions),
            null,
            Context.NONE);
  }

  /** Looks up its version and length, and reads its first bytes. */
  ObjectPart begin(int bytes) throws IOException {
    try {
      return AzureRequests.repeated(
          location,
          () -> {
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            BlobDownloadHeaders headers =
                download(first, 0, bytes, new BlobRequestConditions()).getDeserializedHeaders();
            String range = headers.getContentRange();
            long length = Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
            return new ObjectPart(headers.getETag(), length, first.toByteArray());
          });
    } catch (AzureRequests.Failure e) {
      // A blob without bytes has no ranges.
      if (AzureErrors.status(e.thrown()) == AzureErrors.RANGE_NOT_SATISFIABLE) {
        return ObjectPart.EMPTY;
      }
      throw AzureErrors.explained("read", location, e.thrown());
    }
  }

  private BlobDownloadResponse download(
      OutputStream target, long from, long count, BlobRequestConditions conditions) {
    return client()
        .downloadStreamWithResponse(
            target,
            new BlobRange(from, count),
            new DownloadRetryOptions().setMaxRetryRequests(0),
            conditions,
            false,
            null,
            Context.NONE);
  }

  /** The interface of blobs knows no ranges from the end on, so its length is asked for first. */
  @Override
  public ObjectPart end(int bytes) throws IOException {
    BlobProperties properties = properties();
    if (properties == null) {
      throw new FileNotFoundException("There is no file '" + location.uri() + "'.");
    }
    long length = properties.getBlobSize();
    byte[] end = new byte[(int) Math.min(bytes, length)];
    if (end.length > 0) {
      read(properties.getETag(), length - end.length, end, 0, end.length);
    }
    return new ObjectPart(properties.getETag(), length, end);
  }

  @Override
  public void read(String version, long from, byte[] target, int offset, int count)
      throws IOException {
    Fill fill = new Fill(target, offset, count);
    BlobRequestConditions same = new BlobRequestConditions().setIfMatch(version);
    AzureRequests.ask(
        "read",
        location,
        // Where the connection breaks, the rest is asked for from there.
        () -> download(fill, from + fill.filled(), count - fill.filled(), same));
    if (fill.filled() != count) {
      throw new StorageException(
          "Cannot read '"
              + location.uri()
              + "': it answered another range than was asked for. A proxy or cache may stand before the store; let"
              + " requests reach the store itself.",
          null);
    }
  }

  /** Takes what is downloaded. */
  private static final class Fill extends OutputStream {

    private final byte[] target;
    private final int offset;
    private final int count;
    private int filled;

    Fill(byte[] target, int offset, int count) {
      this.target = target;
      this.offset = offset;
      this.count = count;
    }

    int filled() {
      return filled;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int some) throws IOException {
      if (some > count - filled) {
        throw new IOException("more bytes came than were asked for");
      }
      System.arraycopy(bytes, from, target, offset + filled, some);
      filled += some;
    }
  }
}
