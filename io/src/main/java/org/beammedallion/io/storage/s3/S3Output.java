package org.beammedallion.io.storage.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.beammedallion.io.storage.AtomicOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * An object being written: in one request where it is small, else in parts. It is there when all of
 * it is. Not thread-safe.
 */
final class S3Output extends AtomicOutput {

  private static final Logger LOG = LoggerFactory.getLogger(S3Output.class);

  private static final int FIRST_BYTES = 16 << 10;

  /** S3 takes 10,000 parts; each thousand of them are twice as large as those before. */
  private static final int PARTS_OF_A_SIZE = 1_000;

  private final S3Object object;
  private final String writer = UUID.randomUUID().toString();
  private byte[] part = new byte[FIRST_BYTES];
  private int filled;
  private long before;
  private @Nullable String upload;
  private final List<CompletedPart> parts = new ArrayList<>();
  private boolean ended;

  S3Output(S3Object object) {
    this.object = object;
  }

  @Override
  public long position() {
    return before + filled;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (ended) {
      throw new IOException("'" + object.location().uri() + "' is closed already.");
    }
    int done = 0;
    while (done < count) {
      if (filled == partBytes()) {
        sendPart();
      }
      int some = Math.min(count - done, partBytes() - filled);
      ensure(filled + some);
      System.arraycopy(bytes, offset + done, part, filled, some);
      filled += some;
      done += some;
    }
  }

  private int partBytes() {
    long bytes = (long) object.requests().partBytes() << (parts.size() / PARTS_OF_A_SIZE);
    return (int) Math.min(bytes, Integer.MAX_VALUE / 2);
  }

  private void ensure(int bytes) {
    if (bytes > part.length) {
      part = Arrays.copyOf(part, Math.max(bytes, Math.min(partBytes(), part.length * 2)));
    }
  }

  private void sendPart() throws IOException {
    S3Location at = object.location();
    try {
      if (upload == null) {
        upload = object.client().createMultipartUpload(begin()).uploadId();
      }
      int number = parts.size() + 1;
      UploadPartRequest request =
          UploadPartRequest.builder()
              .bucket(at.name())
              .key(at.key())
              .uploadId(upload)
              .partNumber(number)
              .expectedBucketOwner(object.requests().bucketOwner())
              .requestPayer(object.requests().payer())
              .build();
      String etag = object.client().uploadPart(request, S3Storage.body(part, filled)).eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    } catch (SdkException e) {
      abort();
      throw S3Errors.explained("write", at.uri(), e);
    }
    before += filled;
    filled = 0;
  }

  private CreateMultipartUploadRequest begin() {
    S3Options.Requests requests = object.requests();
    return CreateMultipartUploadRequest.builder()
        .bucket(object.location().name())
        .key(object.location().key())
        .metadata(Map.of(S3Storage.WRITER, writer))
        .serverSideEncryption(requests.encryption())
        .ssekmsKeyId(requests.kmsKeyId())
        .expectedBucketOwner(requests.bucketOwner())
        .requestPayer(requests.payer())
        .build();
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    if (upload == null) {
      ended = true;
      try {
        object
            .client()
            .putObject(S3Storage.put(object, writer).build(), S3Storage.body(part, filled));
      } catch (SdkException e) {
        throw S3Errors.explained("write", object.location().uri(), e);
      }
    } else {
      if (filled > 0) {
        sendPart();
      }
      ended = true;
      complete();
    }
    part = new byte[0];
  }

  private void complete() throws IOException {
    S3Location at = object.location();
    try {
      object
          .client()
          .completeMultipartUpload(
              request ->
                  request
                      .bucket(at.name())
                      .key(at.key())
                      .uploadId(upload)
                      .multipartUpload(CompletedMultipartUpload.builder().parts(parts).build())
                      .expectedBucketOwner(object.requests().bucketOwner())
                      .requestPayer(object.requests().payer()));
    } catch (SdkException e) {
      // An answer may be lost, and asked again there is no upload any more.
      if (!S3Errors.mayBeDone(e) || !isWritten(e)) {
        drop();
        throw S3Errors.explained("write", at.uri(), e);
      }
    }
  }

  private boolean isWritten(SdkException failure) {
    try {
      return writer.equals(S3Storage.writerOf(object));
    } catch (SdkException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  @Override
  public void abort() {
    if (!ended) {
      ended = true;
      part = new byte[0];
      drop();
    }
  }

  private void drop() {
    if (upload == null) {
      return;
    }
    S3Location at = object.location();
    try {
      object
          .client()
          .abortMultipartUpload(
              request ->
                  request
                      .bucket(at.name())
                      .key(at.key())
                      .uploadId(upload)
                      .expectedBucketOwner(object.requests().bucketOwner())
                      .requestPayer(object.requests().payer()));
    } catch (SdkException e) {
      LOG.warn(
          "The parts of '{}' could not be removed; a lifecycle rule of the bucket for incomplete uploads removes them"
              + " later.",
          at.uri(),
          e);
    }
  }
}
