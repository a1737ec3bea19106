package org.beammedallion.io.storage.azure;

import java.net.URI;
import java.util.List;
import org.beammedallion.io.storage.StorageOption;

/** The options of an account or container. */
final class AzureOptions {

  static final StorageOption<String> ACCOUNT = StorageOption.text("account");
  static final StorageOption<URI> ENDPOINT = StorageOption.url("endpoint");

  static final StorageOption<String> ACCOUNT_KEY = StorageOption.secret("accountKey");
  static final StorageOption<String> SAS_TOKEN = StorageOption.secret("sasToken");
  static final StorageOption<String> CONNECTION_STRING = StorageOption.secret("connectionString");
  static final StorageOption<String> TENANT_ID = StorageOption.text("tenantId");
  static final StorageOption<String> CLIENT_ID = StorageOption.text("clientId");
  static final StorageOption<String> CLIENT_SECRET = StorageOption.secret("clientSecret");
  static final StorageOption<Boolean> MANAGED_IDENTITY = StorageOption.flag("managedIdentity");
  static final StorageOption<Boolean> ANONYMOUS = StorageOption.flag("anonymous");

  static final StorageOption<String> CUSTOMER_KEY = StorageOption.secret("customerKey");
  static final StorageOption<String> ENCRYPTION_SCOPE = StorageOption.text("encryptionScope");

  /** Blocks of up to 4,000 MB would be taken; one is held in memory. */
  static final StorageOption<Long> BLOCK_BYTES =
      StorageOption.bytes("blockBytes", 64 << 10, 1L << 30);

  /** Where nothing is said. */
  static final long BLOCK = 8L << 20;

  static final List<StorageOption<?>> ALL =
      List.of(
          ACCOUNT,
          ENDPOINT,
          ACCOUNT_KEY,
          SAS_TOKEN,
          CONNECTION_STRING,
          TENANT_ID,
          CLIENT_ID,
          CLIENT_SECRET,
          MANAGED_IDENTITY,
          ANONYMOUS,
          CUSTOMER_KEY,
          ENCRYPTION_SCOPE,
          BLOCK_BYTES);

  private AzureOptions() {}
}
