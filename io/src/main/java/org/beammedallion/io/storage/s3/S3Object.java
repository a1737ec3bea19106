package org.beammedallion.io.storage.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.object.Backoff;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectPart;
import org.beammedallion.io.storage.object.StoredObject;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** One object, to be asked for as a whole or in ranges. */
record S3Object(S3Client client, S3Options.Requests requests, ObjectLocation location)
    implements StoredObject {

  /** Metadata of an object: which write it is from, so that a lost answer does not matter. */
  static final String WRITER = "medallion-writer";

  /** Stores differ in the case of names of metadata. */
  @Override
  public @Nullable String writer() throws IOException {
    try {
      return head().metadata().entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(WRITER))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse("");
    } catch (SdkException e) {
      if (S3Errors.isAbsent(e)) {
        return null;
      }
      throw S3Errors.explained("read", location, e);
    }
  }

  /** Size, version and metadata. */
  HeadObjectResponse head() {
    return client.headObject(
        request ->
            request
                .bucket(location.name())
                .key(location.key())
                .expectedBucketOwner(requests.bucketOwner())
                .requestPayer(requests.payer()));
  }

  private GetObjectRequest.Builder get() {
    return GetObjectRequest.builder()
        .bucket(location.name())
        .key(location.key())
        .expectedBucketOwner(requests.bucketOwner())
        .requestPayer(requests.payer());
  }

  ResponseInputStream<GetObjectResponse> open() throws IOException {
    return open(get().build());
  }

  /**
   * A range of a version.
   *
   * @param to exclusive
   * @throws IOException also where there is another version now
   */
  ResponseInputStream<GetObjectResponse> open(long from, long to, String etag) throws IOException {
    ResponseInputStream<GetObjectResponse> body =
        open(get().range("bytes=" + from + "-" + (to - 1)).ifMatch(etag).build());
    String range = body.response().contentRange();
    if (range == null || !range.startsWith("bytes " + from + "-")) {
      body.abort();
      throw otherAnswer("it answered another range than was asked for");
    }
    return body;
  }

  private StorageException otherAnswer(String what) {
    return new StorageException(
        "Cannot read '"
            + location.uri()
            + "': "
            + what
            + ". A proxy or cache may stand before the store; let requests reach the store itself.",
        null);
  }

  /** The last bytes; null of an empty object, which has no range. */
  private @Nullable ResponseInputStream<GetObjectResponse> openEnd(int bytes) throws IOException {
    try {
      ResponseInputStream<GetObjectResponse> body =
          complete(client.getObject(get().range("bytes=-" + bytes).build()));
      if (body.response().contentRange() == null && body.response().contentLength() > bytes) {
        body.abort();
        throw otherAnswer("it answered all of the object where its end was asked for");
      }
      return body;
    } catch (SdkException e) {
      if (S3Errors.status(e) == S3Errors.RANGE_NOT_SATISFIABLE) {
        return null;
      }
      throw S3Errors.explained("read", location, e);
    }
  }

  private ResponseInputStream<GetObjectResponse> open(GetObjectRequest request) throws IOException {
    try {
      return complete(client.getObject(request));
    } catch (SdkException e) {
      throw readFailure(e);
    }
  }

  /** Without its length or version, a part could be taken for the whole. */
  private ResponseInputStream<GetObjectResponse> complete(
      ResponseInputStream<GetObjectResponse> body) throws StorageException {
    if (body.response().contentLength() == null || body.response().eTag() == null) {
      body.abort();
      throw otherAnswer("its answer has no length or no ETag");
    }
    return body;
  }

  /** Why it cannot be read. */
  IOException readFailure(Exception e) {
    if (e instanceof SdkException sdk) {
      return S3Errors.status(sdk) == S3Errors.PRECONDITION_FAILED
          ? new StorageException(
              "Cannot read '"
                  + location.uri()
                  + "': it was replaced while it was read. Files of a source must not change; run again.",
              e)
          : S3Errors.explained("read", location, sdk);
    }
    return e instanceof StorageException refused
        ? refused
        : new StorageException(
            "Cannot read '"
                + location.uri()
                + "': the connection broke ("
                + e.getMessage()
                + "). Check the network, and run again.",
            e);
  }

  @Override
  public ObjectPart end(int bytes) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < Backoff.READ_ATTEMPTS; attempt++) {
      try (ResponseInputStream<GetObjectResponse> body = openEnd(bytes)) {
        if (body == null) {
          return ObjectPart.EMPTY;
        }
        GetObjectResponse response = body.response();
        byte[] end = body.readAllBytes();
        if (end.length == response.contentLength()) {
          return new ObjectPart(response.eTag(), length(response), end);
        }
        failure = readFailure(new IOException("it ended early"));
      } catch (StorageException | FileNotFoundException e) {
        throw e;
      } catch (IOException | SdkException e) {
        failure = readFailure(e);
      }
      pause(attempt);
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

  /** Where the connection breaks, the rest is asked for from there. */
  @Override
  public void read(String version, long from, byte[] target, int offset, int count)
      throws IOException {
    int done = 0;
    @Nullable IOException failure = null;
    for (int attempt = 0; done < count; attempt++) {
      if (attempt == Backoff.READ_ATTEMPTS) {
        throw Objects.requireNonNull(failure);
      } else if (attempt > 0) {
        pause(attempt - 1);
      }
      int before = done;
      try (InputStream body = open(from + done, from + count, version)) {
        int read = 0;
        while (done < count && read >= 0) {
          read = body.read(target, offset + done, count - done);
          done += Math.max(0, read);
        }
        if (done < count) {
          failure = readFailure(new IOException("it ended early"));
        }
      } catch (StorageException | FileNotFoundException e) {
        throw e;
      } catch (IOException | SdkException e) {
        failure = readFailure(e);
      }
      if (done > before) {
        attempt = 0;
      }
    }
  }

  void pause(int attempt) throws IOException {
    Backoff.pause(attempt, location.uri());
  }
}
