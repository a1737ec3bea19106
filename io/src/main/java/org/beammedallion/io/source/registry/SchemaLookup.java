package org.beammedallion.io.source.registry;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.transforms.decode.wire.WireFormat;
import org.beammedallion.transforms.decode.wire.WriterSchemas;
import org.beammedallion.transforms.decode.wire.WriterSchemas.Entry;
import org.beammedallion.transforms.raw.RawBatch;
import org.jspecify.annotations.Nullable;

/**
 * Adds to batches of messages the schemas that their records name. A schema is taken from the lake,
 * or else from the registry and kept in the lake before a record of it goes on. A registry that
 * does not answer is an error; one that does not know a number leaves the reason in its place.
 *
 * <p>Not thread-safe. Remembers schemas.
 */
public final class SchemaLookup implements Serializable {

  private static final long serialVersionUID = 1L;

  /** More numbers than that are no numbers of schemas. */
  private static final int MOST_REMEMBERED = 10_000;

  private final RegistryAddress registry;
  private final String type;
  private final @Nullable KeptSchemas kept;
  private final @Nullable KeptSchemas shared;
  private transient @Nullable RegistryClient client;
  private transient @Nullable Map<Integer, Entry> known;

  private SchemaLookup(
      RegistryAddress registry,
      String type,
      @Nullable KeptSchemas kept,
      @Nullable KeptSchemas shared) {
    this.registry = registry;
    this.type = type;
    this.kept = kept;
    this.shared = shared;
  }

  /**
   * Keeps nothing.
   *
   * @param type that schemas have in the registry, such as AVRO
   */
  public static SchemaLookup of(RegistryAddress registry, String type) {
    return new SchemaLookup(registry, type, null, null);
  }

  /**
   * Keeps schemas beside bronze.
   *
   * @param folder of the pipeline's bronze layer
   */
  public SchemaLookup keptIn(String folder) {
    return new SchemaLookup(registry, type, new KeptSchemas(folder, registry.name()), shared);
  }

  /**
   * Looks for schemas also beside the bronze of another pipeline, before it asks the registry.
   *
   * @param folder of that pipeline's bronze layer
   */
  public SchemaLookup alsoIn(String folder) {
    return new SchemaLookup(registry, type, kept, new KeptSchemas(folder, registry.name()));
  }

  /**
   * Checks that the registry answers.
   *
   * @throws IOException where it does not
   */
  public void requireThere() throws IOException {
    client().requireThere();
  }

  /**
   * The batch with the schemas of its records.
   *
   * @throws IOException where the lake or the registry cannot be read
   */
  public RawBatch in(RawBatch batch) throws IOException {
    if (batch.count() == 0) {
      return batch;
    }
    Map<Integer, Entry> used = new HashMap<>();
    for (int i = 0; i < batch.count(); i++) {
      int from = batch.starts()[i];
      if (batch.hasValue(i) && WireFormat.isIn(batch.bytes(), from, from + batch.lengths()[i])) {
        int id = WireFormat.schemaId(batch.bytes(), from);
        if (!used.containsKey(id)) {
          used.put(id, entry(id));
        }
      }
    }
    return WriterSchemas.of(used).in(batch);
  }

  private Entry entry(int id) throws IOException {
    Map<Integer, Entry> all = known;
    if (all == null || all.size() > MOST_REMEMBERED) {
      all = new HashMap<>();
      known = all;
    }
    Entry found = all.get(id);
    if (found == null) {
      found = found(id);
      all.put(id, found);
    }
    return found;
  }

  private Entry found(int id) throws IOException {
    RegisteredSchema schema = kept == null ? null : kept.find(id);
    if (schema == null && shared != null) {
      schema = shared.find(id);
    }
    if (schema == null && id >= 0) {
      schema = client().find(id);
      if (schema != null && kept != null) {
        schema = kept.put(id, schema);
      }
    }
    if (schema == null) {
      return Entry.none(
          "The schema registry at '"
              + registry.url()
              + "' has no schema with the number "
              + Integer.toUnsignedString(id)
              + ", which the value names. Look at which registry the producer uses.");
    }
    return schema.type().equals(type)
        ? Entry.of(schema.text())
        : Entry.none(
            "Schema "
                + id
                + " of the registry is of type "
                + schema.type()
                + ", but the contract's server has the format "
                + type.toLowerCase(Locale.ROOT)
                + ". Have the producer write that, or correct the format.");
  }

  private RegistryClient client() throws IOException {
    RegistryClient made = client;
    if (made == null) {
      made = RegistryClient.of(registry);
      client = made;
    }
    return made;
  }
}
