package org.beammedallion.quality;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project that tests read. */
public final class ProjectFiles {

  private ProjectFiles() {}

  /** The folder that holds the licence, whatever folder the build runs in. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("LICENSE"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  public static Path ordersPipeline() {
    return root().resolve("docs/examples/orders/orders.pipeline.yaml");
  }

  public static Path ordersContract() {
    return root().resolve("docs/examples/orders/orders.odcs.yaml");
  }

  /**
   * The standard's schema and examples, which lie beside some checkouts of the project, or a folder
   * that is absent.
   */
  public static Path standard() {
    for (Path folder = root(); folder.getParent() != null; folder = folder.getParent()) {
      Path standard = folder.resolveSibling("shared").resolve("odcs");
      if (Files.isDirectory(standard)) {
        return standard;
      }
    }
    return root().resolveSibling("shared").resolve("odcs");
  }
}
