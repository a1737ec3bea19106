package org.beammedallion.io.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.beammedallion.fixtures.stores.AzuriteStore;
import org.beammedallion.fixtures.stores.ObjectStore;
import org.beammedallion.fixtures.stores.StoreFate;
import org.beammedallion.fixtures.stores.StoreProxy;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that loses answers, refuses, cuts and delays, between Azurite and us. */
class AzureFaultsTest extends StoreFaultsContract {

  private static AzuriteStore azurite;

  @BeforeAll
  static void connect() throws Exception {
    Assumptions.assumeTrue(AzuriteStore.isInstalled(), AzuriteStore.missing());
    azurite = AzuriteStore.shared();
  }

  @Override
  ObjectStore store() {
    return azurite;
  }

  @Override
  StoreFate busy() {
    return new StoreFate.Refused(503, "ServerBusy");
  }

  @Override
  StoreFate conflict() {
    return new StoreFate.Refused(503, "OperationTimedOut");
  }

  @Test
  void waitsAsLongAsTheStoreAsksFor() throws IOException {
    through(Map.of());
    judge = once("PUT", busy());
    long begun = System.nanoTime();
    assertThat(storage().putIfAbsent(root + "/f", new byte[1]), is(true));
    assertThat(System.nanoTime() - begun, greaterThanOrEqualTo(1_000_000_000L));
  }

  @Test
  void writesLargeBlobsInBlocksAndLeavesNoneOfThem() throws IOException {
    through(Map.of("blockBytes", "1000000"));
    byte[] content = noise(3_500_000);
    // The answer to the list of blocks is lost.
    AtomicInteger lists = new AtomicInteger();
    judge =
        (method, target) ->
            target.contains("comp=blocklist") && lists.incrementAndGet() == 1
                ? StoreFate.ANSWER_LOST
                : StoreFate.ANSWERED;
    write(root + "/f", content);
    try (InputStream input = storage().open(root + "/f")) {
      assertThat(input.readAllBytes(), is(content));
    }
    AtomicOutput dropped = storage().create(root + "/dropped");
    dropped.write(content);
    dropped.abort();
    assertThat(storage().list(root).size(), is(1));
  }

  @Test
  void aFailedBlockLeavesNothing() throws IOException {
    through(Map.of("blockBytes", "1000000"));
    judge =
        (method, target) ->
            target.contains("comp=block&")
                ? new StoreFate.Refused(403, "AuthorizationPermissionMismatch")
                : StoreFate.ANSWERED;
    AtomicOutput output = storage().create(root + "/f");
    String message =
        assertThrows(StorageException.class, () -> output.write(noise(3_500_000))).getMessage();
    assertThat(
        message,
        allOf(
            containsString("Cannot write '" + root + "/f': the store denies it"),
            containsString("Storage Blob Data Contributor"),
            containsString("(request proxy-1)")));
    output.close();
    assertThat(storage().stat(root + "/f").isPresent(), is(false));
  }

  /** By a SAS, whose signature does not have the range. */
  @Test
  void anotherRangeThanWasAskedForIsRefused(@TempDir Path folder) throws IOException {
    through(Map.of());
    write(root + "/f", noise(300_000));
    Path file = Files.writeString(folder.resolve("token"), token(bucket, "rl"));
    StoreProxy proxy =
        StoreProxy.before(store().port(), (method, target) -> judge.of(method, target));
    String uri = root + "/f";
    new StorageSettings(
            Map.of(
                store().uri(bucket).replace("abfss:", "wasbs:"),
                Map.of(
                    "endpoint",
                    proxy.endpoint() + "/" + AzuriteStore.ACCOUNT,
                    "sasToken",
                    "${file:" + file + "}")))
        .install();
    String same = uri.replace("abfss:", "wasbs:");
    try (SeekableInput input = Storage.of(same).openSeekable(same)) {
      judge = (method, target) -> new StoreFate.RangeLost();
      for (int from : List.of(0, 100_000)) {
        assertThat(
            assertThrows(
                    StorageException.class, () -> input.readFully(from, new byte[1_000], 0, 1_000))
                .getMessage(),
            containsString("it answered another range than was asked for"));
      }
      assertThat(failure(same), containsString("it answered another range than was asked for"));
    } finally {
      proxy.close();
    }
  }

  @Test
  void anInterruptedRequestIsNotRepeated() throws Exception {
    through(Map.of());
    judge = (method, target) -> new StoreFate.Late(Duration.ofSeconds(2));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              try {
                storage().stat(root + "/f");
              } catch (IOException | RuntimeException e) {
                thrown.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    Thread.sleep(500);
    caller.interrupt();
    caller.join();
    assertThat(thrown.get(), instanceOf(InterruptedIOException.class));
    assertThat(flag.get(), is(true));
  }

  /** As accounts with a hierarchy list their folders, and Hadoop marks them elsewhere. */
  @Test
  void aFolderIsNoFile() throws IOException {
    through(Map.of());
    String key = root.substring(store().uri(bucket).length() + 1);
    for (String folder : new String[] {key, key + "/a", key + "/a/b"}) {
      azurite
          .client(bucket)
          .getBlobClient(folder)
          .getAppendBlobClient()
          .createWithResponse(null, Map.of("hdi_isfolder", "true"), null, null, null);
    }
    // Markers of other programs end with a slash; without it another blob is named.
    azurite.client(bucket).getBlobClient(key + "/c/").getAppendBlobClient().create();
    write(root + "/a/b/f", noise(10));
    write(root + "/c", noise(10));
    assertThat(storage().list(root).size(), is(2));
    storage().deleteAll(root + "/c");
    assertThat(storage().stat(root + "/c").isPresent(), is(true));
    assertThat(storage().stat(root + "/a").isPresent(), is(false));
    storage().deleteAll(root);
    assertThat(azurite.keys(bucket, key).isEmpty(), is(true));
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    through(Map.of());
    judge = (method, target) -> new StoreFate.Refused(403, "AuthenticationFailed");
    assertThat(failure(root + "/f"), containsString("the store does not accept the credentials"));
    judge = (method, target) -> new StoreFate.Refused(403, "AuthorizationFailure");
    assertThat(failure(root + "/f"), containsString("network rules"));
    judge = (method, target) -> new StoreFate.Refused(409, "BlobArchived");
    assertThat(failure(root + "/f"), containsString("archive tier"));
    judge = (method, target) -> new StoreFate.Refused(404, "");
    // Not the store's answer to a name that it does not have.
    assertThat(failure(root + "/f"), containsString("the store answered 404"));
    judge = (method, target) -> StoreFate.ANSWERED;
    String absent = azurite.uri("nobody-has-it");
    new StorageSettings(Map.of(absent, azurite.options())).install();
    assertThat(failure(absent + "/f"), containsString("no container 'nobody-has-it'"));
    assertThat(
        Storage.of(absent + "/f").obstacleToWriting(absent + "/lake"),
        containsString("there is no container 'nobody-has-it'"));
    String nowhere = azurite.uri("nowhere");
    new StorageSettings(Map.of(nowhere, azurite.options("http://127.0.0.1:1"))).install();
    assertThat(
        Storage.of(nowhere + "/f").obstacleToWriting(nowhere + "/lake"),
        containsString("nothing answers there"));
  }

  /** A token of a file may be renewed while a process runs. */
  @Test
  void takesTokensAndConnectionStringsByReference(@TempDir Path folder) throws IOException {
    String container = azurite.newBucket();
    String uri = azurite.uri(container);
    Path file = folder.resolve("token");
    Files.writeString(file, token(container, "r"));
    Map<String, String> options = new HashMap<>(azurite.options());
    options.remove("accountKey");
    options.put("sasToken", "${file:" + file + "}");
    new StorageSettings(Map.of(uri, options)).install();
    Storage storage = Storage.of(uri + "/f");
    assertThat(
        assertThrows(StorageException.class, () -> storage.putIfAbsent(uri + "/f", new byte[1]))
            .getMessage(),
        containsString("Cannot write '" + uri + "/f': the store denies it"));
    Files.writeString(file, token(container, "rwdl"));
    assertThat(storage.putIfAbsent(uri + "/f", new byte[1]), is(true));
    storage.deleteAll(uri);
    assertThat(storage.list(uri).size(), is(0));

    String other = azurite.newBucket();
    Files.writeString(
        folder.resolve("connection"),
        "DefaultEndpointsProtocol=http;AccountName="
            + AzuriteStore.ACCOUNT
            + ";AccountKey="
            + AzuriteStore.KEY
            + ";BlobEndpoint="
            + azurite.endpoint()
            + "/"
            + AzuriteStore.ACCOUNT
            + ";");
    String az = "az://" + other;
    new StorageSettings(
            Map.of(az, Map.of("connectionString", "${file:" + folder.resolve("connection") + "}")))
        .install();
    assertThat(Storage.of(az + "/f").putIfAbsent(az + "/f", new byte[1]), is(true));
  }

  private static String token(String container, String permissions) {
    return azurite
        .client(container)
        .generateSas(
            new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1),
                BlobContainerSasPermission.parse(permissions)));
  }

  @Test
  void readsUrisOfContracts() throws IOException {
    Storage storage = Storage.of("abfss://account.dfs.core.windows.net/data/a");
    assertThat(
        storage.canonical("abfss://account.dfs.core.windows.net/data/a/*.parquet"),
        is("abfss://data@account.dfs.core.windows.net/a/*.parquet"));
    assertThat(
        storage.withoutLinks("az://account.blob.core.windows.net/data/a.blob.x"),
        is("abfss://data@account.dfs.core.windows.net/a.blob.x"));
    assertThat(storage.canonical("az://data/a/"), is("az://data/a"));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Storage.of("az://data/a")).getMessage(),
        containsString("The account of 'az://data' is not known"));
  }

  @Test
  void takesNoSecretThatIsWrittenDown() {
    String uri = azurite.uri("written");
    new StorageSettings(Map.of(uri, Map.of("accountKey", AzuriteStore.KEY))).install();
    String message =
        assertThrows(IllegalArgumentException.class, () -> Storage.of(uri + "/a")).getMessage();
    assertThat(
        message,
        allOf(
            containsString("'accountKey' is a secret"),
            containsString("${file:PATH}"),
            not(containsString(AzuriteStore.KEY))));
  }

  /** A secret that is broken must not be in the message about it. */
  @Test
  void saysThatASecretIsNone(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "se cret<");
    for (String option : List.of("accountKey", "sasToken", "connectionString", "customerKey")) {
      String uri = azurite.uri("broken-" + option.toLowerCase(Locale.ROOT));
      new StorageSettings(Map.of(uri, Map.of(option, "${file:" + file + "}"))).install();
      assertThat(
          assertThrows(IllegalArgumentException.class, () -> Storage.of(uri + "/a")).toString(),
          allOf(
              containsString("The storage option '" + option + "' is no"),
              not(containsString("cret<"))));
    }
  }

  @Test
  void refusesAConnectionStringOfAnotherAccount(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("connection"),
            "DefaultEndpointsProtocol=https;AccountName=other;AccountKey="
                + AzuriteStore.KEY
                + ";EndpointSuffix=core.windows.net");
    String uri = azurite.uri("mine");
    new StorageSettings(Map.of(uri, Map.of("connectionString", "${file:" + file + "}"))).install();
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Storage.of(uri + "/a")).getMessage(),
        containsString("is not 'other', to which its storage options lead"));
  }

  @Test
  void takesOneKindOfCredentials() {
    String uri = azurite.uri("two");
    new StorageSettings(Map.of(uri, Map.of("accountKey", "${env:PATH}", "sasToken", "${env:PATH}")))
        .install();
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Storage.of(uri + "/a")).getMessage(),
        containsString("['accountKey', 'sasToken'] each give credentials"));
    new StorageSettings(
            Map.of(azurite.uri("three"), Map.of("clientSecret", "${env:PATH}", "clientId", "c")))
        .install();
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Storage.of(azurite.uri("three") + "/a"))
            .getMessage(),
        containsString("'clientSecret' needs 'tenantId'"));
  }
}
