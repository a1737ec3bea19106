package org.beammedallion.quality.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document on a disk of this machine. */
record LocalDocument(Path path) implements Document {

  @Override
  public String name() {
    return String.valueOf(path.getFileName());
  }

  @Override
  public String address() {
    return absolute().toString();
  }

  @Override
  public String folder() {
    String folder = directory().toString();
    return folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
  }

  @Override
  public Document resolve(String other) {
    return new LocalDocument(directory().resolve(other));
  }

  @Override
  public boolean isMissing() {
    return !Files.exists(path);
  }

  @Override
  public boolean isFolder() {
    return Files.isDirectory(path);
  }

  @Override
  public byte[] read(int limit) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(limit);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private Path absolute() {
    return path.toAbsolutePath().normalize();
  }

  /** A root lies in itself. */
  private Path directory() {
    Path parent = absolute().getParent();
    return parent == null ? absolute() : parent;
  }
}
