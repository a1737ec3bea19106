package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A class of the user's own that the pipeline file names.
 *
 * @param options as the pipeline file gives them, in that order
 */
public record UserClassSpec(String className, Map<String, String> options) implements Serializable {

  public UserClassSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
