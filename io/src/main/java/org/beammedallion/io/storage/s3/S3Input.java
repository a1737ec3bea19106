package org.beammedallion.io.storage.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.object.Backoff;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object from its beginning. Where the connection breaks, the rest is asked for from there, of
 * the same version of the object. Not thread-safe.
 */
final class S3Input extends InputStream {

  /** Shorter rests are read to the end, so that the connection can be used again. */
  private static final long SHORT_REST = 64 << 10;

  private final S3Object object;
  private @Nullable ResponseInputStream<GetObjectResponse> body;
  private final String etag;
  private final long length;
  private long position;

  S3Input(S3Object object) throws IOException {
    this.object = object;
    ResponseInputStream<GetObjectResponse> whole = object.open();
    this.body = whole;
    this.etag = whole.response().eTag();
    this.length = whole.response().contentLength();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    IOException first = null;
    for (int attempt = 0; position < length; attempt++) {
      try {
        int read = body().read(target, offset, count);
        if (read > 0) {
          position += read;
          if (position == length) {
            requireEnd();
          }
          return read;
        }
        throw new IOException("The store closed the connection after " + position + " bytes.");
      } catch (StorageException | FileNotFoundException e) {
        throw e;
      } catch (IOException | SdkException e) {
        drop();
        first = first == null ? object.readFailure(e) : first;
        if (attempt == Backoff.READ_ATTEMPTS - 1) {
          throw first;
        }
        object.pause(attempt);
      }
    }
    return -1;
  }

  private ResponseInputStream<GetObjectResponse> body() throws IOException {
    ResponseInputStream<GetObjectResponse> open = body;
    if (open == null) {
      open = object.open(position, length, etag);
      body = open;
    }
    return open;
  }

  /** The SDK compares checksums when it reads the end. */
  private void requireEnd() throws IOException {
    try {
      if (body().read() >= 0) {
        throw object.readFailure(new IOException("it has more bytes than it said"));
      }
    } catch (SdkException e) {
      throw object.readFailure(e);
    }
  }

  private void drop() {
    ResponseInputStream<GetObjectResponse> open = body;
    if (open != null) {
      open.abort();
      body = null;
    }
  }

  /** A long rest is not read: the connection is closed instead. */
  @Override
  public void close() throws IOException {
    ResponseInputStream<GetObjectResponse> open = body;
    if (open != null && length - position > SHORT_REST) {
      open.abort();
    } else if (open != null) {
      open.close();
    }
    body = null;
    position = length;
  }
}
