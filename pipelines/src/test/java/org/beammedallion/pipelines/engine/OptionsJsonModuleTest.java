package org.beammedallion.pipelines.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.common.ReflectHelpers;
import org.junit.jupiter.api.Test;

/** What Beam writes of options with the module, and what it would write without. */
class OptionsJsonModuleTest {

  private static final ObjectMapper FOUND =
      new ObjectMapper()
          .registerModules(ObjectMapper.findModules(ReflectHelpers.findClassLoader()));

  private static final ObjectMapper PLAIN =
      new ObjectMapper()
          .registerModules(
              ObjectMapper.findModules(ReflectHelpers.findClassLoader()).stream()
                  .filter(module -> !(module instanceof OptionsJsonModule))
                  .toList());

  private static FlinkPipelineOptions options() {
    FlinkPipelineOptions options =
        PipelineOptionsFactory.fromArgs("--runner=FlinkRunner", "--jobName=one", "--parallelism=3")
            .as(FlinkPipelineOptions.class);
    options.getOptionsId();
    return options;
  }

  @Test
  void isFoundByJackson() {
    assertThat(
        ObjectMapper.findModules(ReflectHelpers.findClassLoader()).stream()
            .anyMatch(OptionsJsonModule.class::isInstance),
        is(true));
  }

  @Test
  void writesWhatBeamWrites() throws Exception {
    FlinkPipelineOptions options = options();
    for (int time = 0; time < 2; time++) {
      assertThat(
          FOUND.readTree(FOUND.writeValueAsString(options)),
          is(PLAIN.readTree(PLAIN.writeValueAsString(options))));
    }
    JsonNode tree = FOUND.valueToTree(options);
    JsonNode plain = PLAIN.valueToTree(options);
    assertThat(FOUND.readTree(tree.toString()), is(FOUND.readTree(plain.toString())));
    assertThat(
        FOUND.readTree(FOUND.writeValueAsString(options.as(PipelineOptions.class))),
        is(PLAIN.readTree(PLAIN.writeValueAsString(options))));
  }

  @Test
  void followsEveryChange() throws Exception {
    FlinkPipelineOptions options = options();
    String before = FOUND.writeValueAsString(options);
    options.setParallelism(5);
    assertThat(FOUND.writeValueAsString(options), is(not(before)));
    options.as(PipelineOptions.class).setJobName("two");
    PipelineOptions read =
        FOUND.readValue(FOUND.writeValueAsString(options), PipelineOptions.class);
    assertThat(read.getJobName(), is("two"));
    assertThat(read.as(FlinkPipelineOptions.class).getParallelism(), is(5));
    read.as(FlinkPipelineOptions.class).setParallelism(7);
    assertThat(
        new SerializablePipelineOptions(read).get().as(FlinkPipelineOptions.class).getParallelism(),
        is(7));
    assertThat(
        new SerializablePipelineOptions(options)
            .get()
            .as(FlinkPipelineOptions.class)
            .getParallelism(),
        is(5));
  }
}
