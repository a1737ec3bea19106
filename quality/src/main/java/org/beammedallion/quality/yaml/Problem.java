package org.beammedallion.quality.yaml;

import java.io.Serializable;

/**
 * One thing that is wrong in a file.
 *
 * @param message what is wrong, why, and how to correct it
 */
public record Problem(Location location, String message) implements Serializable {

  @Override
  public String toString() {
    return location + ": " + message;
  }
}
