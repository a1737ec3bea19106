package org.beammedallion.io.options;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.beammedallion.io.storage.StorageSettings;
import org.jspecify.annotations.Nullable;

/** Options of storages, on their way to every worker. */
public interface StoragePipelineOptions extends PipelineOptions {

  @Description(
      "options of storages as JSON, by scheme or by bucket, such as {\"s3://bucket\":{\"key\":\"${env:KEY}\"}}")
  @Nullable Map<String, Map<String, String>> getStorage();

  void setStorage(@Nullable Map<String, Map<String, String>> options);

  /** What the options say. */
  static StorageSettings read(PipelineOptions options) {
    Map<String, Map<String, String>> storage =
        options.as(StoragePipelineOptions.class).getStorage();
    return storage == null ? StorageSettings.NONE : new StorageSettings(storage);
  }

  /** Makes the options known to Beam. */
  final class Registrar implements PipelineOptionsRegistrar {
    @Override
    public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
      return List.of(StoragePipelineOptions.class);
    }
  }
}
