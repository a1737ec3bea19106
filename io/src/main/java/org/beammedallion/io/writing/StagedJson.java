package org.beammedallion.io.writing;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import org.beammedallion.io.table.ColumnStatistics;
import org.jspecify.annotations.Nullable;

/** Results as JSON: between workers, and in the progress log. */
public final class StagedJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addMixIn(ColumnStatistics.class, TypedBounds.class)
          .addMixIn(StageResult.class, Flat.class)
          // Jackson makes records by their constructor and heeds no annotation of their fields.
          .addModule(
              new SimpleModule().addDeserializer(Serializable.class, new BoundDeserializer()))
          .build();

  private StagedJson() {}

  @JsonSerialize(converter = StageResultJson.Writer.class)
  @JsonDeserialize(converter = StageResultJson.Reader.class)
  private interface Flat {}

  /** Bounds keep their type, which JSON alone would lose. */
  @SuppressWarnings("UnusedVariable") // Jackson reads the annotations.
  private abstract static class TypedBounds {
    @JsonSerialize(using = BoundSerializer.class)
    @Nullable Serializable min;

    @JsonSerialize(using = BoundSerializer.class)
    @Nullable Serializable max;
  }

  private static final class BoundSerializer extends StdSerializer<Serializable> {
    private static final long serialVersionUID = 1L;

    BoundSerializer() {
      super(Serializable.class);
    }

    @Override
    public void serialize(Serializable value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartObject();
      json.writeStringField(value.getClass().getSimpleName(), value.toString());
      json.writeEndObject();
    }
  }

  private static final class BoundDeserializer extends StdDeserializer<Serializable> {
    private static final long serialVersionUID = 1L;

    BoundDeserializer() {
      super(Serializable.class);
    }

    @Override
    public Serializable deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode node = parser.readValueAsTree();
      String type = node.fieldNames().next();
      String text = node.get(type).asText();
      return switch (type) {
        case "Long" -> Long.valueOf(text);
        case "Double" -> Double.valueOf(text);
        case "Boolean" -> Boolean.valueOf(text);
        case "BigDecimal" -> new BigDecimal(text);
        case "String" -> text;
        default -> throw new IOException("A bound of type " + type + " is not known.");
      };
    }
  }

  /** For values that hold a result. */
  public static JsonMapper mapper() {
    return JSON;
  }

  public static byte[] encode(StageResult result) {
    try {
      return JSON.writeValueAsBytes(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static StageResult decode(byte[] json) {
    try {
      return JSON.readValue(json, StageResult.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
