package org.beammedallion.io.storage.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.storage.blob.models.BlobStorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.Unreachable;

/** Error messages for answers of a store. */
final class AzureErrors {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  static final int PRECONDITION_FAILED = 412;
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private static final HttpHeaderName CODE = HttpHeaderName.fromString("x-ms-error-code");

  private AzureErrors() {}

  static int status(RuntimeException e) {
    return e instanceof HttpResponseException answer && answer.getResponse() != null
        ? answer.getResponse().getStatusCode()
        : 0;
  }

  /** The error code; empty where the answer has none. */
  static String code(RuntimeException e) {
    return header(e, CODE);
  }

  /** A header of the answer; empty where there is none. */
  static String header(RuntimeException e, HttpHeaderName name) {
    String value =
        e instanceof HttpResponseException answer && answer.getResponse() != null
            ? answer.getResponse().getHeaderValue(name)
            : null;
    return value == null ? "" : value;
  }

  /** Whether a request found no blob. */
  static boolean isAbsent(RuntimeException e) {
    return status(e) == NOT_FOUND && code(e).equals("BlobNotFound");
  }

  /** Whether the store may have done what was asked, or does not say. */
  static boolean mayBeDone(RuntimeException e) {
    int status = status(e);
    return status == 0
        || status == CONFLICT
        || status == PRECONDITION_FAILED
        || status >= SERVER_ERROR;
  }

  /**
   * The error as a sentence: what could not be done, why, and what to do.
   *
   * @param verb such as {@code read}
   */
  static IOException explained(String verb, ObjectLocation location, RuntimeException e) {
    String uri = location.uri();
    if (verb.equals("read") && isAbsent(e)) {
      FileNotFoundException absent = new FileNotFoundException("There is no file '" + uri + "'.");
      absent.initCause(e);
      return absent;
    }
    return new StorageException(
        "Cannot " + verb + " '" + uri + "': " + why(location, e) + request(e), e);
  }

  private static String why(ObjectLocation location, RuntimeException e) {
    return switch (code(e)) {
      case "ContainerNotFound", "FilesystemNotFound" -> noContainer(location);
      case "ContainerBeingDeleted" -> "its container is being deleted. Wait, or use another one.";
      case "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation" ->
          "the store does not accept the credentials ("
              + message(e)
              + "). Check the key or token and when it expires, and the clock of this machine.";
      case "AuthorizationPermissionMismatch", "InsufficientAccountPermissions" -> denied(e);
      case "AuthorizationFailure" ->
          "the store denies it ("
              + message(e)
              + "). Its network rules may not let this machine in, or the token lacks a permission.";
      case "KeyBasedAuthenticationNotPermitted" ->
          "the account takes no keys. Leave out 'accountKey', so that an identity is used.";
      case "PublicAccessNotPermitted" ->
          "the account takes no anonymous requests. Leave out 'anonymous'.";
      case "ConditionNotMet" ->
          "it was replaced while it was read. Files of a source must not change; run again.";
      case "InvalidBlockList" ->
          "parts of it are gone, as where another writer completed the same name. Run again.";
      case "BlobArchived", "BlobBeingRehydrated" ->
          "it is in the archive tier. Move it to a tier that can be read, and run again.";
      case "LeaseIdMissing" -> "another program holds a lease on it. Release it, and run again.";
      case "BlobImmutableDueToPolicy" ->
          "a policy of the container forbids changes. Keep lakes in a container without one.";
      default -> byStatus(e);
    };
  }

  private static String noContainer(ObjectLocation location) {
    return "there is no container '"
        + AzureLocations.container(location)
        + "'. Create it, or correct the URI and 'endpoint'.";
  }

  private static String byStatus(RuntimeException e) {
    return switch (status(e)) {
      case 0 -> unanswered(e);
      case UNAUTHORIZED, FORBIDDEN -> denied(e);
      case UNAVAILABLE, TOO_MANY ->
          "the store asks to slow down ("
              + code(e)
              + "), and did so through all attempts. Run again later; what was done stays.";
      default -> "the store answered " + status(e) + " " + code(e) + ": " + message(e) + ".";
    };
  }

  private static String denied(RuntimeException e) {
    return "the store denies it ("
        + message(e)
        + "). The identity needs the role 'Storage Blob Data Contributor' on the container, or 'Storage Blob Data"
        + " Reader' for a source; a SAS needs its permissions (rwdl).";
  }

  private static String unanswered(RuntimeException e) {
    String unreachable = Unreachable.why(e, "Check the account's name, 'endpoint'");
    if (unreachable != null) {
      return unreachable;
    }
    return e instanceof ClientAuthenticationException
        ? "no credentials were found ("
            + firstLine(e)
            + "). Give 'accountKey', 'sasToken' or 'connectionString' by reference, or what the default chain of Azure"
            + " finds: environment, workload identity, managed identity."
        : firstLine(e) + ".";
  }

  private static String message(RuntimeException e) {
    String text = e instanceof BlobStorageException answer ? answer.getServiceMessage() : null;
    return text == null || text.isBlank() ? "no message" : firstLine(text);
  }

  private static String firstLine(RuntimeException e) {
    return firstLine(String.valueOf(e.getMessage()));
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("").replaceAll("\\.+$", "");
  }

  /** The request's id, which the operators of a store ask for. */
  private static String request(RuntimeException e) {
    String id = header(e, HttpHeaderName.X_MS_REQUEST_ID);
    return id.isEmpty() ? "" : " (request " + id + ")";
  }
}
