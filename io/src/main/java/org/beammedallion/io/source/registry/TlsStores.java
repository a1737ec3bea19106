package org.beammedallion.io.source.registry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates a client of the registry trusts, and the key with which it identifies itself,
 * from files of JKS or PKCS12, trusted certificates also of PEM.
 */
final class TlsStores {

  private TlsStores() {}

  /**
   * The context of a client; null where Java's own is right.
   *
   * @throws StorageException where a file cannot be read, or is not of its type
   */
  static @Nullable SSLContext context(RegistryAddress address) throws StorageException {
    TrustManagerFactory trust = null;
    KeyManagerFactory keys = null;
    String kind = "truststore";
    try {
      KeyStore trusted = store(address, kind);
      if (trusted != null) {
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
      }
      kind = "keystore";
      KeyStore own = store(address, kind);
      if (own != null && !hasKey(own)) {
        throw new IOException("it has no key; use a file of PKCS12 or JKS that has one");
      }
      if (own != null) {
        String password = address.resolved("ssl.key.password");
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, chars(password == null ? password(address, kind) : password));
      }
      if (trust == null && keys == null) {
        return null;
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? null : keys.getKeyManagers(),
          trust == null ? null : trust.getTrustManagers(),
          null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StorageException(
          "The "
              + kind
              + " '"
              + address.resolved("ssl." + kind + ".location")
              + "' of the schema registry cannot be read ("
              + e.getMessage()
              + "). Look at 'ssl."
              + kind
              + ".location', '.type' and '.password'"
              + (kind.equals("keystore") ? ", at 'ssl.key.password'," : "")
              + " in 'source.kafka.registry.properties'.",
          e);
    }
  }

  private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String password(RegistryAddress address, String kind) {
    return address.resolved("ssl." + kind + ".password");
  }

  private static char @Nullable [] chars(@Nullable String password) {
    return password == null ? null : password.toCharArray();
  }

  private static @Nullable KeyStore store(RegistryAddress address, String kind)
      throws IOException, GeneralSecurityException {
    String file = address.resolved("ssl." + kind + ".location");
    if (file == null) {
      return null;
    }
    String written = address.resolved("ssl." + kind + ".type");
    String type = written == null ? typeOf(file) : written.toUpperCase(Locale.ROOT);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      return type.equals("PEM") ? pem(in) : keyStore(in, type, password(address, kind));
    }
  }

  private static String typeOf(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".pem") || name.endsWith(".crt")) {
      return "PEM";
    }
    return name.endsWith(".p12") || name.endsWith(".pfx") ? "PKCS12" : "JKS";
  }

  private static KeyStore keyStore(InputStream in, String type, @Nullable String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(in, chars(password));
    return store;
  }

  private static KeyStore pem(InputStream in) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
      store.setCertificateEntry("ca-" + store.size(), each);
    }
    return store;
  }
}
