package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The user's own transform between the checks and the deduplication.
 *
 * @param options as the pipeline file gives them, in that order
 */
public record TransformSpec(String className, Map<String, String> options) implements Serializable {

  public TransformSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
