package org.beammedallion.io.storage.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.Unreachable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Error messages for answers of a store. */
final class S3Errors {

  static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int SERVER_ERROR = 500;
  static final int PRECONDITION_FAILED = 412;
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final int MOVED = 301;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  private S3Errors() {}

  static int status(SdkException e) {
    return e instanceof AwsServiceException answer ? answer.statusCode() : 0;
  }

  static String code(SdkException e) {
    AwsErrorDetails details =
        e instanceof AwsServiceException answer ? answer.awsErrorDetails() : null;
    String code = details == null ? null : details.errorCode();
    return code == null ? "" : code;
  }

  /** Whether a HEAD request found no object; its answer does not tell whether there is a bucket. */
  static boolean isAbsent(SdkException e) {
    return status(e) == NOT_FOUND;
  }

  /** Whether the store may have done what was asked, or does not say. */
  static boolean mayBeDone(SdkException e) {
    int status = status(e);
    return status == 0
        || status == NOT_FOUND
        || status == CONFLICT
        || status == PRECONDITION_FAILED
        || status >= SERVER_ERROR;
  }

  /**
   * The error as a sentence: what could not be done, why, and what to do.
   *
   * @param verb such as {@code read}
   */
  static IOException explained(String verb, ObjectLocation location, SdkException e) {
    String uri = location.uri();
    if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      InterruptedIOException interrupted =
          new InterruptedIOException("Interrupted: cannot " + verb + " '" + uri + "'.");
      interrupted.initCause(e);
      return interrupted;
    }
    // Another answer of status 404 is that of a proxy, or of a bucket or upload that is gone.
    if (verb.equals("read") && code(e).equals("NoSuchKey")) {
      FileNotFoundException absent = new FileNotFoundException("There is no file '" + uri + "'.");
      absent.initCause(e);
      return absent;
    }
    return new StorageException(
        "Cannot " + verb + " '" + uri + "': " + why(location, e) + request(e), e);
  }

  private static String why(ObjectLocation location, SdkException e) {
    String bucket = "'" + location.name() + "'";
    String code = code(e);
    return switch (code) {
      case "NoSuchBucket" -> noBucket(location);
      case "NoSuchUpload" ->
          "the upload of its parts is gone, as where a lifecycle rule removes uploads that take long. Give it more days,"
              + " and run again.";
      case "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
          "the store does not know the key, or its secret is another. Check the credentials, see 'accessKeyId'.";
      case "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired" ->
          "the credentials have expired. Use such as are renewed (a role, or files that something renews), and run"
              + " again.";
      case "RequestTimeTooSkewed" ->
          "the clock of this machine differs from the store's by more than 15 minutes. Set the clock.";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          "the bucket " + bucket + " is in another region" + region(e) + ". Say it as 'region'.";
      case "AccessDenied", "AllAccessDisabled", "AccountProblem" -> denied(bucket, e);
      case "XAmzContentSHA256Mismatch", "BadDigest", "IncompleteBody" ->
          "what arrived there is not what was sent. Run again; if it stays so, look at the network between.";
      default -> byStatus(bucket, code, e);
    };
  }

  static String noBucket(ObjectLocation location) {
    return "there is no bucket '"
        + location.name()
        + "'. Create it, or correct the URI; of a store that is not Amazon's, check 'endpoint'.";
  }

  private static String byStatus(String bucket, String code, SdkException e) {
    return switch (status(e)) {
      case 0 -> unanswered(e);
      case MOVED -> "the bucket " + bucket + " is in another region. Say it as 'region'.";
      case FORBIDDEN -> denied(bucket, e);
      case UNAVAILABLE, TOO_MANY ->
          "the store asks to slow down ("
              + code
              + "), and did so through all attempts. Run again later; what was done stays.";
      default -> "the store answered " + status(e) + " " + code + ": " + message(e) + ".";
    };
  }

  private static String denied(String bucket, SdkException e) {
    return "the store denies it ("
        + message(e)
        + "). The credentials need s3:ListBucket on the bucket "
        + bucket
        + ", and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.";
  }

  private static String region(SdkException e) {
    String text = message(e);
    int expecting = text.indexOf("expecting '");
    return expecting < 0 ? "" : " (" + text.substring(expecting) + ")";
  }

  private static String unanswered(SdkException e) {
    String unreachable = Unreachable.why(e, "Check 'endpoint' and 'region'");
    if (unreachable != null) {
      return unreachable;
    }
    String text = String.valueOf(e.getMessage());
    return text.contains("Unable to load credentials")
        ? "no credentials were found. Give 'profile', or 'accessKeyId' and 'secretAccessKey' by reference, or what the"
            + " default chain of AWS finds: environment, web identity, role of the machine."
        : text + ".";
  }

  private static String message(SdkException e) {
    AwsErrorDetails details =
        e instanceof AwsServiceException answer ? answer.awsErrorDetails() : null;
    String text = details == null ? null : details.errorMessage();
    return text == null || text.isBlank() ? "no message" : text.replaceAll("\\.+$", "");
  }

  /** The request's id, which the operators of a store ask for. */
  private static String request(SdkException e) {
    @Nullable String id = e instanceof AwsServiceException answer ? answer.requestId() : null;
    return id == null ? "" : " (request " + id + ")";
  }
}
