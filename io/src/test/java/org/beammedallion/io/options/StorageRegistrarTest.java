package org.beammedallion.io.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.io.storage.Storage;
import org.junit.jupiter.api.Test;

class StorageRegistrarTest {

  /** As a worker receives them. */
  @Test
  void optionsThatArriveAreThoseOfTheStorages() {
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs(
                "--storage={\"talks://arrives\":{\"key\":\"k\",\"partBytes\":\"4\"}}")
            .create();
    String uri = "talks://arrives/x";
    assertThat(Storage.of(uri).canonical(uri), is("arrives - 0 false 0"));
    SerializableUtils.clone(new SerializablePipelineOptions(options));
    assertThat(Storage.of(uri).canonical(uri), is("arrives k 5 false 0"));
  }
}
