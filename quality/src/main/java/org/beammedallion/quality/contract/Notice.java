package org.beammedallion.quality.contract;

import java.io.Serializable;
import org.beammedallion.quality.yaml.Location;

/** Something that a contract says and that nothing is done with. */
public record Notice(Location location, String message) implements Serializable {

  @Override
  public String toString() {
    return location + ": " + message;
  }
}
