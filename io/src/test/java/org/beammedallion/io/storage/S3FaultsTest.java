package org.beammedallion.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.beammedallion.fixtures.stores.CephStore;
import org.beammedallion.fixtures.stores.ObjectStore;
import org.beammedallion.fixtures.stores.StoreFate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A store that loses answers, refuses, cuts and delays, between Ceph and us. */
class S3FaultsTest extends StoreFaultsContract {

  private static CephStore ceph;

  @BeforeAll
  static void connect() throws Exception {
    Assumptions.assumeTrue(
        CephStore.isInstalled(), "Ceph is not installed: Debian's " + CephStore.PACKAGES);
    ceph = CephStore.shared();
  }

  @Override
  ObjectStore store() {
    return ceph;
  }

  @Override
  StoreFate busy() {
    return new StoreFate.Refused(503, "SlowDown");
  }

  @Override
  StoreFate conflict() {
    return new StoreFate.Refused(409, "ConditionalRequestConflict");
  }

  @Test
  void repeatsAWriteThatConflictsWithAnotherAtTheMoment() throws IOException {
    through(Map.of());
    judge = once("PUT", conflict());
    assertThat(storage().putIfAbsent(root + "/1", "mine".getBytes(UTF_8)), is(true));
  }

  @Test
  void writesLargeObjectsInPartsAndLeavesNoneOfThem() throws IOException {
    through(Map.of("partBytes", "5242880"));
    byte[] content = noise(13_000_000);
    // The answer to the completion is lost, and asked again the store knows no such upload.
    AtomicInteger posts = new AtomicInteger();
    judge =
        (method, target) ->
            method.equals("POST") && posts.incrementAndGet() == 2
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
    try (var client = ceph.client()) {
      assertThat(
          client.listMultipartUploads(request -> request.bucket(bucket)).uploads().size(), is(0));
    }
  }

  @Test
  void aFailedPartLeavesNothing() throws IOException {
    through(Map.of("partBytes", "5242880"));
    judge =
        (method, target) ->
            target.contains("partNumber=2")
                ? new StoreFate.Refused(403, "AccessDenied")
                : StoreFate.ANSWERED;
    AtomicOutput output = storage().create(root + "/f");
    String message =
        assertThrows(StorageException.class, () -> output.write(noise(13_000_000))).getMessage();
    assertThat(
        message,
        allOf(
            containsString("Cannot write '" + root + "/f': the store denies it"),
            containsString("s3:PutObject"),
            containsString("(request proxy-1)")));
    output.close();
    assertThat(storage().stat(root + "/f").isPresent(), is(false));
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    through(Map.of());
    judge = (method, target) -> new StoreFate.Refused(403, "SignatureDoesNotMatch");
    assertThat(failure(root + "/f"), containsString("the store does not know the key"));
    judge = (method, target) -> new StoreFate.Refused(400, "ExpiredToken");
    assertThat(failure(root + "/f"), containsString("the credentials have expired"));
    judge = (method, target) -> new StoreFate.Refused(301, "PermanentRedirect");
    assertThat(failure(root + "/f"), containsString("is in another region"));
    judge = (method, target) -> new StoreFate.Refused(404, "");
    // Not the store's answer to a name that it does not have.
    assertThat(failure(root + "/f"), containsString("the store answered 404"));
    judge = (method, target) -> StoreFate.ANSWERED;
    new StorageSettings(Map.of("s3://nobody-has-it", ceph.options())).install();
    assertThat(failure("s3://nobody-has-it/f"), containsString("no bucket 'nobody-has-it'"));
    assertThat(
        Storage.of("s3://nobody-has-it/f").obstacleToWriting("s3://nobody-has-it/lake"),
        containsString("there is no bucket 'nobody-has-it'"));
  }

  /** The error is that of the write, not that of the HEAD request after it. */
  @Test
  void saysWhyAWriteIsRefused() throws Exception {
    through(Map.of());
    judge =
        (method, target) ->
            method.equals("PUT") ? new StoreFate.Refused(400, "ExpiredToken") : StoreFate.ANSWERED;
    assertThat(
        assertThrows(
                StorageException.class, () -> storage().putIfAbsent(root + "/f", new byte[] {1}))
            .getMessage(),
        containsString("the credentials have expired"));
  }

  @Test
  void takesNoSecretThatIsWrittenDown() {
    new StorageSettings(
            Map.of(
                "s3://written",
                Map.of(
                    "region",
                    CephStore.REGION,
                    "accessKeyId",
                    "A",
                    "secretAccessKey",
                    CephStore.SECRET_KEY)))
        .install();
    String message =
        assertThrows(IllegalArgumentException.class, () -> Storage.of("s3://written/a"))
            .getMessage();
    assertThat(
        message,
        allOf(
            containsString("'secretAccessKey' is a secret"),
            containsString("${file:PATH}"),
            not(containsString(CephStore.SECRET_KEY))));
  }
}
