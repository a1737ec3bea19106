package org.beammedallion.io.source.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that messages of a pipeline were written with, in files beside its bronze: {@code
 * schemas/REGISTRY/NUMBER.json}. So bronze can be read without the registry. A file is written once
 * and never changed.
 *
 * @param folder of the pipeline's bronze layer
 * @param registry its name
 */
record KeptSchemas(String folder, String registry) implements Serializable {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private String uri(int id) {
    // As the wire format has it, the number is one of 32 bits without a sign.
    return folder + "/schemas/" + registry + "/" + Integer.toUnsignedString(id) + ".json";
  }

  /** Null where the schema was not kept. */
  @Nullable RegisteredSchema find(int id) throws IOException {
    String uri = uri(id);
    try (InputStream in = Storage.of(uri).open(uri)) {
      return JSON.readValue(in, RegisteredSchema.class);
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw new StorageException(
          "'"
              + uri
              + "' is damaged: it is not what this program writes there. Delete it, and the next"
              + " run asks the schema registry again; if the registry is gone, restore the file"
              + " from a backup of the lake.",
          e);
    }
  }

  /** Keeps a schema, unless another has kept one; returns what is there. */
  RegisteredSchema put(int id, RegisteredSchema schema) throws IOException {
    String uri = uri(id);
    if (Storage.of(uri).putIfAbsent(uri, JSON.writeValueAsBytes(schema))) {
      return schema;
    }
    RegisteredSchema kept = find(id);
    return kept == null ? schema : kept;
  }
}
