package org.beammedallion.io.storage.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object to be read at any position. Opening it asks for its end, where formats have their
 * footer; short reads get a block of the surroundings, and long ones are one request each. All are
 * of the version that was opened. Thread-safe.
 */
final class S3SeekableInput implements SeekableInput {

  /** Footers of most Parquet files are shorter. */
  static final int END = 64 << 10;

  /** A request costs as much time as the transfer of some hundred kilobytes. */
  static final int BLOCK = 512 << 10;

  private static final int ATTEMPTS = 5;

  private final S3Object object;
  private final String etag;
  private final long length;
  private final Block end;
  private volatile Block last;

  /** Some bytes of the object. */
  private static final class Block {
    static final Block NONE = new Block(0, new byte[0]);

    private final long from;
    private final byte[] bytes;

    Block(long from, byte[] bytes) {
      this.from = from;
      this.bytes = bytes;
    }

    boolean has(long position) {
      return position >= from && position < from + bytes.length;
    }

    int copy(long position, byte[] target, int offset, int count) {
      int at = (int) (position - from);
      int copied = Math.min(count, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, copied);
      return copied;
    }
  }

  private S3SeekableInput(S3Object object, String etag, long length, Block end) {
    this.object = object;
    this.etag = etag;
    this.length = length;
    this.end = end;
    this.last = Block.NONE;
  }

  /**
   * @throws FileNotFoundException where there is no such object
   */
  static S3SeekableInput open(S3Object object) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (ResponseInputStream<GetObjectResponse> body = object.openEnd(END)) {
        if (body == null) {
          return new S3SeekableInput(object, "", 0, Block.NONE);
        }
        GetObjectResponse response = body.response();
        byte[] bytes = body.readAllBytes();
        if (bytes.length == response.contentLength()) {
          long length = length(response);
          return new S3SeekableInput(
              object, response.eTag(), length, new Block(length - bytes.length, bytes));
        }
        failure = object.readFailure(new IOException("it ended early"));
      } catch (StorageException | FileNotFoundException e) {
        throw e;
      } catch (IOException | SdkException e) {
        failure = object.readFailure(e);
      }
      object.pause(attempt);
    }
    throw Objects.requireNonNull(failure);
  }

  /** A store may answer a range that is longer than the object with all of it. */
  private static long length(GetObjectResponse response) {
    String range = response.contentRange();
    return range == null
        ? response.contentLength()
        : Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    } else if (position >= length) {
      return -1;
    }
    Block block = end.has(position) ? end : last;
    if (block.has(position)) {
      return block.copy(position, target, offset, count);
    }
    int wanted = (int) Math.min(count, end.from - position);
    if (wanted >= BLOCK) {
      fill(position, target, offset, wanted);
      return wanted;
    }
    byte[] bytes = new byte[(int) Math.min(BLOCK, end.from - position)];
    fill(position, bytes, 0, bytes.length);
    Block read = new Block(position, bytes);
    last = read;
    return read.copy(position, target, offset, count);
  }

  /** Reads all of a range; where the connection breaks, the rest is asked for from there. */
  private void fill(long from, byte[] target, int offset, int count) throws IOException {
    int done = 0;
    @Nullable IOException failure = null;
    for (int attempt = 0; done < count; attempt++) {
      if (attempt == ATTEMPTS) {
        throw Objects.requireNonNull(failure);
      } else if (attempt > 0) {
        object.pause(attempt - 1);
      }
      int before = done;
      try (InputStream body = object.open(from + done, from + count, etag)) {
        int read = 0;
        while (done < count && read >= 0) {
          read = body.read(target, offset + done, count - done);
          done += Math.max(0, read);
        }
        if (done < count) {
          failure = object.readFailure(new IOException("it ended early"));
        }
      } catch (StorageException | FileNotFoundException e) {
        throw e;
      } catch (IOException | SdkException e) {
        failure = object.readFailure(e);
      }
      if (done > before) {
        attempt = 0;
      }
    }
  }

  /** Nothing is open between reads. */
  @Override
  public void close() {
    last = Block.NONE;
  }
}
