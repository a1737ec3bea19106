package org.beammedallion.io.storage;

import java.util.Map;
import java.util.UUID;
import org.beammedallion.fixtures.stores.CephStore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** {@code S3Storage} on Ceph's object gateway. */
class S3StorageTest extends StorageContract {

  private static String bucket = "";

  private final String root = "s3://" + bucket + "/" + UUID.randomUUID();

  @BeforeAll
  static void connect() throws Exception {
    Assumptions.assumeTrue(
        CephStore.isInstalled(), "Ceph is not installed: Debian's " + CephStore.PACKAGES);
    CephStore ceph = CephStore.shared();
    bucket = ceph.newBucket();
    new StorageSettings(Map.of("s3://" + bucket, ceph.options())).install();
  }

  @Override
  String root() {
    return root;
  }
}
