package org.beammedallion.io.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectStreamException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.storage.object.ConditionalWrite;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectSeekableInput;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Objects of Amazon S3, and of stores that speak its protocol and do conditional writes ({@code
 * If-None-Match: *}), on which {@link #putIfAbsent} rests. Nothing is renamed; a folder is what
 * keys begin with.
 */
public final class S3Storage implements Storage {

  private static final long serialVersionUID = 1L;

  private static final String ANY_VERSION = "*";
  private static final int DELETED_AT_ONCE = 1_000;

  /** What an answer says of single objects while the store is busy. */
  private static final Set<String> BUSY =
      Set.of("InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted");

  /** Attempts while the store is busy. */
  private static final int ATTEMPTS = 10;

  /** Scheme and bucket; empty before it is configured. */
  private final String bucket;

  private final transient @Nullable S3Client client;
  private final transient S3Options.@Nullable Requests requests;

  /** For the service loader. */
  public S3Storage() {
    this("", null, null);
  }

  private S3Storage(
      String bucket, @Nullable S3Client client, S3Options.@Nullable Requests requests) {
    this.bucket = bucket;
    this.client = client;
    this.requests = requests;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("s3", "s3a");
  }

  @Override
  public List<StorageOption<?>> options() {
    return S3Options.ALL;
  }

  @Override
  public Storage configured(String of, StorageOptions options) {
    return new S3Storage(of, S3Connection.client(options), S3Options.Requests.of(options));
  }

  /** On a worker the client is that of its own process. */
  private Object readResolve() throws ObjectStreamException {
    return bucket.isEmpty() ? new S3Storage() : Storage.of(bucket + "/");
  }

  private S3Object object(String uri) {
    S3Client open = client;
    S3Options.Requests how = requests;
    if (open == null || how == null) {
      throw new IllegalStateException("Not configured: get it by Storage.of(uri).");
    }
    return new S3Object(open, how, at(uri));
  }

  private static ObjectLocation at(String uri) {
    return ObjectLocation.of(uri, "s3://BUCKET/FOLDER");
  }

  @Override
  public String canonical(String uri) {
    return at(uri).uri();
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    return all(listing(folder, false, ""));
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return all(listing(folder, true, ""));
  }

  @Override
  public List<StoredFile> listDirect(String folder, String from) throws IOException {
    // A listing begins after a name, and the name itself is wanted too.
    List<StoredFile> files = all(listing(folder, true, before(from)));
    return files.stream().filter(file -> file.uri().compareTo(from) >= 0).toList();
  }

  private static String before(String name) {
    if (name.isEmpty() || name.charAt(name.length() - 1) == 0) {
      return "";
    }
    char last = name.charAt(name.length() - 1);
    return name.substring(0, name.length() - 1) + (char) (last - 1) + '~';
  }

  @Override
  public Stream<StoredFile> listSorted(String folder, String after) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            listing(folder, false, after), Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  private S3Listing listing(String folder, boolean direct, String after) {
    S3Object at = object(folder);
    return new S3Listing(at.client(), at.requests(), at.location(), direct, after);
  }

  private static List<StoredFile> all(Iterator<StoredFile> listing) throws IOException {
    List<StoredFile> files = new ArrayList<>();
    try {
      listing.forEachRemaining(files::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Hadoop's scheme for a bucket is another name of the same. */
  @Override
  public String withoutLinks(String uri) {
    return uri.startsWith("s3a://") ? "s3" + uri.substring("s3a".length()) : uri;
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    S3Object object = object(uri);
    if (object.location().key().isEmpty()) {
      return Optional.empty();
    }
    try {
      HeadObjectResponse head = object.head();
      return Optional.of(
          new StoredFile(object.location().uri(), head.contentLength(), head.lastModified()));
    } catch (SdkException e) {
      if (S3Errors.isAbsent(e)) {
        return Optional.empty();
      }
      throw S3Errors.explained("read", object.location(), e);
    }
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return new S3Input(object(uri));
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    return ObjectSeekableInput.open(object(uri));
  }

  @Override
  public AtomicOutput create(String uri) {
    return new S3Output(object(uri));
  }

  /** A request that writes an object as a whole. */
  static PutObjectRequest.Builder put(S3Object object, String writer) {
    return PutObjectRequest.builder()
        .bucket(object.location().name())
        .key(object.location().key())
        .metadata(Map.of(S3Object.WRITER, writer))
        .serverSideEncryption(object.requests().encryption())
        .ssekmsKeyId(object.requests().kmsKeyId())
        .expectedBucketOwner(object.requests().bucketOwner())
        .requestPayer(object.requests().payer());
  }

  /** A body without a copy of the bytes, which must not change until the request has ended. */
  static RequestBody body(byte[] bytes, int count) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, count), count, "application/octet-stream");
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    S3Object object = object(uri);
    return ConditionalWrite.of(
        object,
        writer -> {
          PutObjectRequest request = put(object, writer).ifNoneMatch(ANY_VERSION).build();
          try {
            object.client().putObject(request, body(content, content.length));
            return null;
          } catch (SdkException e) {
            return new ConditionalWrite.Refusal(
                S3Errors.mayBeDone(e),
                S3Errors.status(e) == S3Errors.PRECONDITION_FAILED,
                S3Errors.explained("write", object.location(), e));
          }
        });
  }

  @Override
  public void delete(String uri) throws IOException {
    S3Object object = object(uri);
    try {
      object
          .client()
          .deleteObject(
              request ->
                  request
                      .bucket(object.location().name())
                      .key(object.location().key())
                      .expectedBucketOwner(object.requests().bucketOwner())
                      .requestPayer(object.requests().payer()));
    } catch (SdkException e) {
      if (!S3Errors.code(e).equals("NoSuchKey")) {
        throw S3Errors.explained("delete", object.location(), e);
      }
    }
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    List<StoredFile> files = list(folder);
    for (int to = files.size(); to > 0; to -= DELETED_AT_ONCE) {
      List<ObjectIdentifier> keys = new ArrayList<>();
      for (int i = to - 1; i >= Math.max(0, to - DELETED_AT_ONCE); i--) {
        keys.add(ObjectIdentifier.builder().key(at(files.get(i).uri()).key()).build());
      }
      deleteAtOnce(object(folder), keys);
    }
  }

  private static void deleteAtOnce(S3Object folder, List<ObjectIdentifier> keys)
      throws IOException {
    List<ObjectIdentifier> left = keys;
    for (int attempt = 0; ; attempt++) {
      List<S3Error> errors = errors(folder, left);
      if (errors.isEmpty()) {
        return;
      }
      S3Error first = errors.get(0);
      boolean busy = errors.stream().allMatch(error -> BUSY.contains(error.code()));
      if (!busy || attempt == ATTEMPTS) {
        throw new StorageException(
            "Cannot delete '"
                + folder.location().uriOf(first.key())
                + "' and "
                + (errors.size() - 1)
                + " more: "
                + first.message()
                + " ("
                + first.code()
                + "). "
                + (busy ? "Run again later." : "The credentials need s3:DeleteObject."),
            null);
      }
      left = errors.stream().map(e -> ObjectIdentifier.builder().key(e.key()).build()).toList();
      folder.pause(attempt);
    }
  }

  private static List<S3Error> errors(S3Object folder, List<ObjectIdentifier> keys)
      throws IOException {
    try {
      return folder
          .client()
          .deleteObjects(
              request ->
                  request
                      .bucket(folder.location().name())
                      .delete(Delete.builder().objects(keys).quiet(true).build())
                      .expectedBucketOwner(folder.requests().bucketOwner())
                      .requestPayer(folder.requests().payer()))
          .errors();
    } catch (SdkException e) {
      throw S3Errors.explained("delete", folder.location(), e);
    }
  }

  /** Only asks whether the bucket exists and may be listed: nothing is written. */
  @Override
  public @Nullable String obstacleToWriting(String folder) {
    S3Object object = object(folder);
    try {
      object
          .client()
          .headBucket(
              request ->
                  request
                      .bucket(object.location().name())
                      .expectedBucketOwner(object.requests().bucketOwner()));
      return null;
    } catch (SdkException e) {
      return S3Errors.status(e) == S3Errors.NOT_FOUND
          ? "Cannot write to '" + folder + "': " + S3Errors.noBucket(object.location())
          : S3Errors.explained("look at", object.location(), e).getMessage();
    }
  }
}
