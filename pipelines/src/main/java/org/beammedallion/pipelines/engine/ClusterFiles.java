package org.beammedallion.pipelines.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.FileStagingOptions;
import org.apache.beam.sdk.util.construction.resources.PipelineResources;

/**
 * What a cluster gets of this process's class path, with each job: all but the engines that lie
 * beside the packed jar. The cluster is one of them, and they are as large as the jar itself.
 */
final class ClusterFiles {

  private ClusterFiles() {}

  /** Chooses them, unless the user has. */
  static void choose(FileStagingOptions options) {
    if (options.getFilesToStage() == null) {
      Path engines = engines();
      List<String> files =
          PipelineResources.detectClassPathResourcesToStage(
              ClusterFiles.class.getClassLoader(), options);
      options.setFilesToStage(
          files.stream()
              .filter(file -> !engines.equals(Path.of(file).toAbsolutePath().getParent()))
              .toList());
    }
  }

  private static Path engines() {
    try {
      URI jar = ClusterFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(jar).toAbsolutePath().resolveSibling("engines");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The place of the jar is no URI.", e);
    }
  }
}
