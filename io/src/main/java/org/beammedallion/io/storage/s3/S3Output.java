package org.beammedallion.io.storage.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** An object being written, a large one as a multipart upload. Not thread-safe. */
final class S3Output extends ObjectOutput {

  private static final Logger LOG = LoggerFactory.getLogger(S3Output.class);

  private final S3Object object;
  private @Nullable String upload;
  private final List<CompletedPart> parts = new ArrayList<>();

  S3Output(S3Object object) {
    super(object, object.location().uri(), object.requests().partBytes());
    this.object = object;
  }

  @Override
  protected void putWhole(byte[] bytes, int count) throws IOException {
    try {
      object
          .client()
          .putObject(S3Storage.put(object, writer()).build(), S3Storage.body(bytes, count));
    } catch (SdkException e) {
      throw S3Errors.explained("write", object.location(), e);
    }
  }

  @Override
  protected void putPart(int number, byte[] bytes, int count) throws IOException {
    ObjectLocation at = object.location();
    try {
      if (upload == null) {
        upload = object.client().createMultipartUpload(begin()).uploadId();
      }
      UploadPartRequest request =
          UploadPartRequest.builder()
              .bucket(at.name())
              .key(at.key())
              .uploadId(upload)
              .partNumber(number)
              .expectedBucketOwner(object.requests().bucketOwner())
              .requestPayer(object.requests().payer())
              .build();
      String etag = object.client().uploadPart(request, S3Storage.body(bytes, count)).eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    } catch (SdkException e) {
      throw S3Errors.explained("write", at, e);
    }
  }

  private CreateMultipartUploadRequest begin() {
    S3Options.Requests requests = object.requests();
    return CreateMultipartUploadRequest.builder()
        .bucket(object.location().name())
        .key(object.location().key())
        .metadata(Map.of(S3Object.WRITER, writer()))
        .serverSideEncryption(requests.encryption())
        .ssekmsKeyId(requests.kmsKeyId())
        .expectedBucketOwner(requests.bucketOwner())
        .requestPayer(requests.payer())
        .build();
  }

  @Override
  protected void complete() throws IOException {
    ObjectLocation at = object.location();
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
      throw S3Errors.explained("write", at, e);
    }
  }

  @Override
  protected void drop() {
    if (upload == null) {
      return;
    }
    ObjectLocation at = object.location();
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
