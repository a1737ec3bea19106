package org.beammedallion.io.storage.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** One object, to be asked for as a whole or in ranges. */
record S3Object(S3Client client, S3Options.Requests requests, S3Location location) {

  private static final long FIRST_PAUSE_MILLIS = 100;

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
  @Nullable ResponseInputStream<GetObjectResponse> openEnd(int bytes) throws IOException {
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
      throw S3Errors.explained("read", location.uri(), e);
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
          : S3Errors.explained("read", location.uri(), sdk);
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

  /** Waits a random time that grows with the attempts. */
  void pause(int attempt) throws InterruptedIOException {
    long most = FIRST_PAUSE_MILLIS << attempt;
    try {
      Thread.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted when '" + location.uri() + "' was read.");
    }
  }
}
