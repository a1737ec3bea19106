package org.beammedallion.io.options;

import java.util.List;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Hands the options of storages to the storages of a worker. Beam asks registrars for file systems
 * wherever a pipeline's options arrive, before any transform runs; it has no other hook of that
 * kind on every runner. There are no file systems here.
 */
public final class StorageRegistrar implements FileSystemRegistrar {

  @Override
  public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
    StoragePipelineOptions.read(options).install();
    return List.of();
  }
}
