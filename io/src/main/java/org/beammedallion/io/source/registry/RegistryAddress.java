package org.beammedallion.io.source.registry;

import java.io.Serializable;
import java.util.Map;
import org.beammedallion.io.secret.SecretReferences;
import org.jspecify.annotations.Nullable;

/**
 * A registry of schemas, and how a client talks to it. References to secrets are resolved where a
 * client is made, on the driver or a worker.
 *
 * @param url of its REST API, without a slash at the end
 * @param name under which the lake keeps its schemas
 * @param properties of the client: {@code basic.auth.user.info}, {@code bearer.auth.token}, {@code
 *     ssl.truststore.location}, {@code ssl.truststore.password}, {@code ssl.truststore.type}, the
 *     same of {@code ssl.keystore}, and {@code ssl.key.password}
 */
public record RegistryAddress(String url, String name, Map<String, String> properties)
    implements Serializable {

  public RegistryAddress {
    properties = Map.copyOf(properties);
  }

  /**
   * A property with what its references stand for; null where it is not set.
   *
   * @throws IllegalArgumentException where there is nothing that a reference refers to
   */
  @Nullable String resolved(String property) {
    String value = properties.get(property);
    return value == null ? null : SecretReferences.resolve(value);
  }
}
