package org.beammedallion.io.storage.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.batch.BlobBatchClient;
import com.azure.storage.blob.batch.BlobBatchClientBuilder;
import com.azure.storage.blob.batch.BlobBatchStorageException;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectStreamException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.storage.object.ConditionalWrite;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.beammedallion.io.storage.object.ObjectSeekableInput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs of Azure Blob Storage and Azure Data Lake Storage Gen2, by the interface of blobs. Nothing
 * is renamed; {@link #putIfAbsent} rests on {@code If-None-Match: *}.
 */
public final class AzureStorage implements Storage {

  private static final long serialVersionUID = 1L;

  private static final String ANY_VERSION = "*";

  /** As many as a batch takes. */
  private static final int DELETED_AT_ONCE = 256;

  private static final Logger LOG = LoggerFactory.getLogger(AzureStorage.class);

  private static final Set<String> REFUSED_OF_FOLDERS =
      Set.of("OperationNotSupportedOnDirectory", "DirectoryIsNotEmpty");

  /** Fewer, for the check before a run: a user waits for it. */
  private static final int LOOK_ATTEMPTS = 4;

  /** Scheme and authority; empty before it is configured. */
  private final String bucket;

  private final transient @Nullable AzureContainer container;

  /** For the service loader. */
  public AzureStorage() {
    this("", null);
  }

  private AzureStorage(String bucket, @Nullable AzureContainer container) {
    this.bucket = bucket;
    this.container = container;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("abfss", "wasbs", "az");
  }

  @Override
  public List<StorageOption<?>> options() {
    return AzureOptions.ALL;
  }

  /** An account alone, with which URIs of contracts begin, has no client. */
  @Override
  public Storage configured(String of, StorageOptions options) {
    ObjectLocation location = ObjectLocation.of(of, "abfss://CONTAINER@ACCOUNT/FOLDER");
    boolean isAccount = !location.name().contains("@") && location.name().contains(".");
    return new AzureStorage(of, isAccount ? null : AzureConnection.container(location, options));
  }

  /** On a worker the client is that of its own process. */
  private Object readResolve() throws ObjectStreamException {
    return bucket.isEmpty() ? new AzureStorage() : Storage.of(bucket + "/");
  }

  private AzureBlob blob(String uri) {
    ObjectLocation location = AzureLocations.of(uri);
    if (container == null) {
      // Found by a URI that begins with the account, whose container is another storage.
      AzureStorage named = (AzureStorage) Storage.of(location.uri() + "/");
      return new AzureBlob(Objects.requireNonNull(named.container), location);
    }
    return new AzureBlob(container, location);
  }

  @Override
  public String canonical(String uri) {
    return AzureLocations.of(uri).uri();
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    AzureBlob at = blob(folder);
    return AzureListing.of(at.container().client(), at.location(), false, uri -> true);
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return listDirect(folder, "");
  }

  @Override
  public List<StoredFile> listDirect(String folder, String from) throws IOException {
    AzureBlob at = blob(folder);
    return AzureListing.of(
        at.container().client(), at.location(), true, uri -> uri.compareTo(from) >= 0);
  }

  @Override
  public Stream<StoredFile> listSorted(String folder, String after) throws IOException {
    AzureBlob at = blob(folder);
    return AzureListing.of(
        at.container().client(), at.location(), false, uri -> uri.compareTo(after) > 0)
        .stream();
  }

  /** The schemes of one account are names of the same. */
  @Override
  public String withoutLinks(String uri) {
    ObjectLocation location = AzureLocations.of(uri);
    return AzureLocations.host(location).isEmpty()
        ? location.uri()
        : new ObjectLocation(
                "abfss://" + location.name().replace(".blob.", ".dfs."), location.key())
            .uri();
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    AzureBlob blob = blob(uri);
    BlobProperties properties = blob.location().key().isEmpty() ? null : blob.properties();
    return Optional.ofNullable(properties)
        .map(
            found ->
                new StoredFile(
                    blob.location().uri(),
                    found.getBlobSize(),
                    found.getLastModified().toInstant()));
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return new AzureInput(blob(uri));
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    return ObjectSeekableInput.open(blob(uri));
  }

  @Override
  public AtomicOutput create(String uri) {
    return new AzureOutput(blob(uri));
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    AzureBlob blob = blob(uri);
    BlobRequestConditions absent = new BlobRequestConditions().setIfNoneMatch(ANY_VERSION);
    return ConditionalWrite.of(
        blob,
        writer -> {
          try {
            return AzureRequests.repeated(
                blob.location(),
                () -> {
                  blob.put(content, content.length, writer, absent);
                  return null;
                });
          } catch (AzureRequests.Failure e) {
            return new ConditionalWrite.Refusal(
                AzureErrors.mayBeDone(e.thrown()),
                isTaken(e.thrown()),
                AzureErrors.explained("write", blob.location(), e.thrown()));
          }
        });
  }

  private static boolean isTaken(RuntimeException e) {
    return AzureErrors.code(e).equals("BlobAlreadyExists")
        || AzureErrors.status(e) == AzureErrors.PRECONDITION_FAILED;
  }

  @Override
  public void delete(String uri) throws IOException {
    AzureBlob blob = blob(uri);
    AzureRequests.ask(
        "delete",
        blob.location(),
        () ->
            blob.client()
                .deleteIfExistsWithResponse(
                    DeleteSnapshotsOptionType.INCLUDE, null, null, Context.NONE));
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    AzureBlob at = blob(folder);
    BlobContainerClient client = at.container().client();
    List<String> folders = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (BlobItem each : AzureListing.items(client, at.location())) {
      (AzureListing.isFolder(each) ? folders : files).add(each.getName());
    }
    files.sort(Comparator.reverseOrder());
    BlobBatchClient batches = new BlobBatchClientBuilder(client).buildClient();
    for (int from = 0; from < files.size(); from += DELETED_AT_ONCE) {
      List<String> urls =
          files.subList(from, Math.min(files.size(), from + DELETED_AT_ONCE)).stream()
              .map(name -> client.getBlobClient(name).getBlobUrl())
              .toList();
      deleteAtOnce(at.location(), batches, urls);
    }
    folders.sort(Comparator.comparingInt(String::length).reversed());
    for (String name : folders) {
      deleteFolder(at.container(), at.location(), name);
    }
    if (!at.location().key().isEmpty() && at.isMarkedFolder()) {
      deleteFolder(at.container(), at.location(), at.location().key());
    }
  }

  /**
   * Removes what stands for a folder, as far as the store does that: accounts with a hierarchy
   * refuse it by the interface of blobs, and an empty folder does no harm.
   */
  private static void deleteFolder(AzureContainer container, ObjectLocation at, String name)
      throws IOException {
    // The location of a name with a slash at its end is that of another blob.
    ObjectLocation folder = new ObjectLocation(at.bucket(), name);
    try {
      AzureRequests.repeated(
          folder,
          () ->
              container
                  .client()
                  .getBlobClient(name)
                  .deleteIfExistsWithResponse(null, null, null, Context.NONE));
    } catch (AzureRequests.Failure e) {
      if (!REFUSED_OF_FOLDERS.contains(AzureErrors.code(e.thrown()))) {
        throw AzureErrors.explained("delete", folder, e.thrown());
      }
      LOG.info("The empty folder '{}' stays: {}", folder.uri(), AzureErrors.code(e.thrown()));
    }
  }

  private static void deleteAtOnce(
      ObjectLocation folder, BlobBatchClient batches, List<String> urls) throws IOException {
    AzureRequests.ask(
        "delete files of",
        folder,
        () -> {
          try {
            return batches.deleteBlobs(urls, DeleteSnapshotsOptionType.INCLUDE).stream().count();
          } catch (BlobBatchStorageException e) {
            for (BlobStorageException each : e.getBatchExceptions()) {
              if (!AzureErrors.isAbsent(each)) {
                throw each;
              }
            }
            return 0L;
          }
        });
  }

  /** Only asks whether the container exists and may be listed: nothing is written. */
  @Override
  public @Nullable String obstacleToWriting(String folder) {
    AzureBlob at = blob(folder);
    try {
      AzureRequests.repeated(
          at.location(), LOOK_ATTEMPTS, () -> AzureListing.firstPage(at.container().client()));
      return null;
    } catch (AzureRequests.Failure e) {
      return AzureErrors.explained("write to", at.location(), e.thrown()).getMessage();
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
