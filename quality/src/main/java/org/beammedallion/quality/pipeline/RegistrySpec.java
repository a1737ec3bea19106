package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.Map;

/**
 * A registry of schemas, which knows the writer schema of a message by the number in the message.
 *
 * @param url of its REST API, without a slash at the end
 * @param name under which the lake keeps its schemas; a folder's name
 * @param properties of the client, whose secrets are references
 */
public record RegistrySpec(String url, String name, Map<String, String> properties)
    implements Serializable {

  public RegistrySpec {
    properties = Map.copyOf(properties);
  }
}
