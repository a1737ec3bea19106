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
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates that a client believes, from a file: PEM, JKS or PKCS12. */
final class TrustStore {

  private TrustStore() {}

  /**
   * @param type of the file; null to tell it from the file's name, whose default is JKS
   * @throws IOException where the file cannot be read, or is not of the type
   */
  static SSLContext context(String file, @Nullable String type, @Nullable String password)
      throws IOException {
    String kind = type == null ? typeOf(file) : type.toUpperCase(Locale.ROOT);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      KeyStore store = kind.equals("PEM") ? pem(in) : keyStore(in, kind, password);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
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
    store.load(in, password == null ? null : password.toCharArray());
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
