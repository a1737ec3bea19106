package org.beammedallion.io.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.beammedallion.fixtures.stores.AzuriteStore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** {@code AzureStorage} on Azurite. */
class AzureStorageTest extends StorageContract {

  private static String container = "";

  private final String root = "az://" + container + "/" + UUID.randomUUID();

  @BeforeAll
  static void connect() throws Exception {
    Assumptions.assumeTrue(AzuriteStore.isInstalled(), AzuriteStore.missing());
    AzuriteStore azurite = AzuriteStore.shared();
    container = azurite.newBucket();
    Map<String, String> options = new HashMap<>(azurite.options());
    options.put("account", AzuriteStore.ACCOUNT);
    new StorageSettings(Map.of("az://" + container, options)).install();
  }

  @Override
  String root() {
    return root;
  }
}
