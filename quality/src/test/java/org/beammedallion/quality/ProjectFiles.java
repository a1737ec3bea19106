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

  /** Examples of the standard that lie beside some checkouts of the project; they may be absent. */
  public static Path standard() {
    return root().resolveSibling("shared").resolve("odcs");
  }
}
