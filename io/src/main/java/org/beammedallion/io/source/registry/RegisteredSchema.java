package org.beammedallion.io.source.registry;

/**
 * A schema of a registry.
 *
 * @param type such as AVRO, JSON or PROTOBUF
 * @param text in the language of its type; of Avro with all schemas that it refers to
 */
record RegisteredSchema(String type, String text) {
  static final String AVRO = "AVRO";
}
