package org.beammedallion.io.storage.azure;

import com.azure.core.exception.AzureException;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.FluxUtil;
import com.azure.storage.blob.models.BlobDownloadAsyncResponse;
import com.azure.storage.blob.models.BlobDownloadHeaders;
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
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectPart;
import org.beammedallion.io.storage.object.StoredObject;
import org.jspecify.annotations.Nullable;

/** One blob, to be asked for as a whole or in ranges. */
record AzureBlob(AzureContainer container, ObjectLocation location) implements StoredObject {

  /** Metadata of a blob: which write it is from, so that a lost answer does not matter. */
  private static final String WRITER = "medallion_writer";

  /** Metadata by which a folder of an account with a hierarchy is told from a blob. */
  static final String FOLDER = "hdi_isfolder";

  /** A longer range is more than one request, so that a failure costs no more than this. */
  private static final int READ_BYTES = 8 << 20;

  private static final int PARTIAL_CONTENT = 206;

  BlockBlobClient client() {
    return container.client().getBlobClient(location.key()).getBlockBlobClient();
  }

  /** Its properties; null where there is no such blob, or a folder of this name. */
  @Nullable BlobProperties properties() throws IOException {
    BlobProperties properties = anyProperties();
    return properties == null || isFolder(properties.getMetadata()) ? null : properties;
  }

  /** Whether it stands for a folder. */
  boolean isMarkedFolder() throws IOException {
    BlobProperties properties = anyProperties();
    return properties != null && isFolder(properties.getMetadata());
  }

  private @Nullable BlobProperties anyProperties() throws IOException {
    try {
      return AzureRequests.repeated(location, () -> client().getProperties());
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

  @Override
  public @Nullable String writer() throws IOException {
    BlobProperties properties = properties();
    return properties == null ? null : value(properties.getMetadata(), WRITER);
  }

  /** Names of metadata are case-insensitive, as those of HTTP headers. */
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
            BlobDownloadAsyncResponse answer = ask(0, bytes, new BlobRequestConditions());
            FluxUtil.writeToOutputStream(answer.getValue(), first).block();
            BlobDownloadHeaders headers = answer.getDeserializedHeaders();
            String range = headers.getContentRange();
            long length = Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
            return new ObjectPart(headers.getETag(), length, first.toByteArray());
          });
    } catch (AzureRequests.Failure e) {
      // A blob without bytes has no ranges, and a folder has none either.
      if (AzureErrors.status(e.thrown()) == AzureErrors.RANGE_NOT_SATISFIABLE) {
        return end(bytes);
      }
      throw AzureErrors.explained("read", location, e.thrown());
    }
  }

  /**
   * Asks for a range.
   *
   * @throws OtherAnswerException where another one is answered
   */
  private BlobDownloadAsyncResponse ask(long from, long count, BlobRequestConditions conditions) {
    BlobDownloadAsyncResponse answer =
        container
            .downloads()
            .getBlobAsyncClient(location.key())
            .downloadStreamWithResponse(
                new BlobRange(from, count),
                new DownloadRetryOptions().setMaxRetryRequests(0),
                conditions,
                false)
            .block();
    String range = answer == null ? null : answer.getDeserializedHeaders().getContentRange();
    if (answer == null) {
      throw new OtherAnswerException();
    } else if (answer.getStatusCode() != PARTIAL_CONTENT
        || range == null
        || !range.matches("bytes " + from + "-\\d+/\\d+")) {
      answer.getValue().subscribe().dispose();
      throw new OtherAnswerException();
    }
    return answer;
  }

  /** Another range was answered than was asked for. */
  static final class OtherAnswerException extends AzureException {
    private static final long serialVersionUID = 1L;

    OtherAnswerException() {
      super(
          "it answered another range than was asked for. A proxy or cache may stand before the store; let requests"
              + " reach the store itself");
    }
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
    BlobRequestConditions same = new BlobRequestConditions().setIfMatch(version);
    for (int done = 0; done < count; done += READ_BYTES) {
      long at = from + done;
      Fill fill = new Fill(target, offset + done, Math.min(READ_BYTES, count - done));
      AzureRequests.ask(
          "read",
          location,
          () -> {
            // Where the connection breaks, the rest is asked for from there.
            while (fill.left() > 0) {
              FluxUtil.writeToOutputStream(
                      ask(at + fill.filled(), fill.left(), same).getValue(), fill)
                  .block();
            }
            return fill;
          });
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

    int left() {
      return count - filled;
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
