package org.beammedallion.pipelines.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.common.ReflectHelpers;

/**
 * Keeps the JSON of pipeline options until they change. Beam's runners write the options into every
 * operator and coder of a job: hundreds of times the same text, a quarter of the time of a cycle
 * with few records. Jackson finds the module as a service.
 */
public final class OptionsJsonModule extends SimpleModule {

  private static final long serialVersionUID = 1L;

  public OptionsJsonModule() {
    super("medallion-options");
    setMixInAnnotation(PipelineOptions.class, Remembered.class);
  }

  @JsonSerialize(using = Remembering.class)
  private interface Remembered {}

  /** The text of options after a number of changes. */
  private record Text(int revision, String json) {}

  /** Writes as Beam does, but once for each state of the options. */
  static final class Remembering extends JsonSerializer<PipelineOptions> {

    /** By options as such, whatever interface they are seen through. */
    private static final Map<PipelineOptions, Text> TEXTS =
        Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    public void serialize(
        PipelineOptions options, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      int revision = options.revision();
      Text text = TEXTS.get(options);
      if (text == null || text.revision() != revision) {
        text = new Text(revision, Beam.MAPPER.writeValueAsString(options));
        TEXTS.put(options, text);
      }
      if (generator instanceof TokenBuffer) {
        // A tree is being built, in which a text would be one value.
        try (JsonParser parser = Beam.MAPPER.createParser(text.json())) {
          parser.nextToken();
          generator.copyCurrentStructure(parser);
        }
      } else {
        generator.writeRawValue(text.json());
      }
    }
  }

  /** Beam's mapper of options, without this module. */
  private static final class Beam {
    private static final ObjectMapper MAPPER =
        new ObjectMapper().registerModules(withoutThis(ReflectHelpers.findClassLoader()));

    private static List<Module> withoutThis(ClassLoader loader) {
      return ObjectMapper.findModules(loader).stream()
          .filter(module -> !module.getClass().getName().equals(OptionsJsonModule.class.getName()))
          .toList();
    }
  }
}
