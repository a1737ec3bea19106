package org.beammedallion.quality.yaml;

import java.io.Serializable;

/**
 * A place in a file.
 *
 * @param file name of the file, as a person would call it
 * @param line counted from 1
 * @param column counted from 1
 */
public record Location(String file, int line, int column) implements Serializable {

  /** The form that editors and terminals turn into a link. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
