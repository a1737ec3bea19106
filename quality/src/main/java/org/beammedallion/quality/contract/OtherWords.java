package org.beammedallion.quality.contract;

import java.util.Map;
import java.util.TreeMap;

/**
 * What words of other standards for contracts and schemas are called in this one: of JSON Schema,
 * of the Data Contract Specification, of version 2 of the standard itself and of SQL. For messages
 * only.
 */
final class OtherWords {

  /** Keys of a property, and what follows "did you mean ". */
  static final Map<String, String> PROPERTY = property();

  /** Keys of a schema object, and what follows "did you mean ". */
  static final Map<String, String> OBJECT =
      Map.of(
          "fields", "'properties'",
          "columns", "'properties'",
          "type", "'logicalType: object', or 'physicalType'",
          "title", "'businessName'",
          "primaryKey", "'primaryKey: true' of each property of the key",
          "required", "'required: true' of each property",
          "$ref", "the object's own 'properties': a contract is one file",
          "additionalProperties", "'schemaPolicy' of the pipeline file",
          "table", "'name'",
          "columnsToCheck", "'quality'");

  /** Keys of a contract, and what follows "did you mean ". */
  static final Map<String, String> CONTRACT =
      Map.ofEntries(
          Map.entry("models", "'schema', a list of objects with their 'properties'"),
          Map.entry("dataset", "'schema', a list of objects with their 'properties'"),
          Map.entry("tables", "'schema', a list of objects with their 'properties'"),
          Map.entry("definitions", "the properties themselves: a contract has no references"),
          Map.entry("info", "'name', 'version', 'status' and 'description' of the contract itself"),
          Map.entry("title", "'name'"),
          Map.entry("uuid", "'id'"),
          Map.entry("terms", "'description', with 'usage' and 'limitations'"),
          Map.entry("servicelevels", "'slaProperties'"),
          Map.entry("sla", "'slaProperties'"),
          Map.entry("contact", "'support', or 'team'"),
          Map.entry("owner", "'team'"),
          Map.entry("stakeholders", "'team'"),
          Map.entry("quality", "'quality' of the schema object, or of a property"),
          Map.entry("datasetDomain", "'domain'"),
          Map.entry("quantumName", "'dataProduct'"),
          Map.entry("datasetName", "'name' of the schema object"),
          Map.entry("links", "'authoritativeDefinitions'"),
          Map.entry("$schema", "'apiVersion' and 'kind: DataContract'"));

  /** Keys of a server of type local, and what follows "did you mean ". */
  static final Map<String, String> LOCAL =
      Map.of(
          "location", "'path'",
          "url", "'path'",
          "file", "'path'",
          "folder", "'path'",
          "delimiter", "'csv: {delimiter: ...}' of the source in the pipeline file");

  /** Keys of any server, and what follows "did you mean ". */
  static final Map<String, String> SERVER =
      Map.of(
          "name", "'server'",
          "bucket", "'location', such as s3://bucket/folder/*.json",
          "topic", "'physicalName' of the schema object",
          "bootstrapServers", "'host'",
          "table", "'physicalName' of the schema object",
          "username", "leave it out: a contract is public and holds no credentials",
          "password", "leave it out: a contract is public and holds no credentials");

  /** Formats of a text that JSON Schema and OpenAPI have, and what follows "did you mean ". */
  static final Map<String, String> FORMAT =
      Map.of(
          "date-time", "'logicalType: timestamp'",
          "datetime", "'logicalType: timestamp'",
          "timestamp", "'logicalType: timestamp'",
          "date", "'logicalType: date'",
          "time", "'logicalType: time'",
          "int32", "'logicalType: integer'",
          "int64", "'logicalType: integer'",
          "float", "'logicalType: number'",
          "double", "'logicalType: number'");

  /** What types are called elsewhere, in lower case. */
  static final Map<String, String> LOGICAL_TYPE = logicalType();

  private OtherWords() {}

  private static Map<String, String> property() {
    Map<String, String> words = new TreeMap<>();
    String required = "'required'? A property that may not be null has 'required: true'.";
    for (String word :
        "isNullable nullable isNull notNull not_null is_nullable optional mandatory null"
            .split(" ")) {
      words.put(word, required);
    }
    for (String word :
        ("minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"
                + " minItems maxItems uniqueItems minProperties maxProperties timezone"
                + " defaultTimezone")
            .split(" ")) {
      words.put(word, "'logicalTypeOptions: {" + word + ": ...}'");
    }
    words.put(
        "format",
        "'logicalTypeOptions: {format: ...}', or for JSON Schema's date-time 'logicalType:"
            + " timestamp'");
    words.put("type", "'logicalType', or 'physicalType' for the type in the source");
    words.put("dataType", "'logicalType', or 'physicalType' for the type in the source");
    words.put("precision", "'physicalType: decimal(10,2)', which has precision and scale");
    words.put("scale", "'physicalType: decimal(10,2)', which has precision and scale");
    words.put("length", "'logicalTypeOptions: {maxLength: ...}'");
    words.put("fields", "'properties'");
    words.put("columns", "'properties'");
    words.put("column", "'name'");
    words.put("title", "'businessName'");
    words.put("doc", "'description'");
    words.put("comment", "'description'");
    words.put("example", "'examples', a list");
    words.put(
        "$ref", "the property's own 'logicalType' and 'properties': a contract has no references");
    words.put("$id", "'id'");
    for (String word : "oneOf anyOf allOf not".split(" ")) {
      words.put(
          word,
          "one 'logicalType'? A value has one type; an object without 'properties' may hold"
              + " anything.");
    }
    words.put(
        "const",
        "'quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [...]}}]'");
    words.put(
        "values",
        "'quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [...]}}]'");
    words.put("default", "leave it out: a value that is absent is null");
    for (String word : "readOnly writeOnly deprecated".split(" ")) {
      words.put(
          word, "leave it out: it has no meaning for records, or keep it under 'customProperties'");
    }

    words.put("additionalProperties", "'schemaPolicy' of the pipeline file");
    words.put("primary", "'primaryKey'");
    words.put("isPrimary", "'primaryKey'");
    words.put("isPrimaryKey", "'primaryKey'");
    words.put("primary_key", "'primaryKey'");
    words.put("pk", "'primaryKey'");
    words.put("isUnique", "'unique'");
    words.put("pii", "'classification'");
    words.put("references", "'relationships'");
    words.put("clusterStatus", "'customProperties'");
    words.put("config", "'customProperties'");
    words.put("partitionStatus", "'partitioned'");
    words.put("criticalDataElementStatus", "'criticalDataElement'");
    return words;
  }

  private static Map<String, String> logicalType() {
    Map<String, String> words = new TreeMap<>();
    String[][] types = {
      {
        "string",
        "varchar",
        "text",
        "char",
        "str",
        "uuid",
        "enum",
        "utf8",
        "email",
        "uri",
        "nvarchar"
      },
      {"integer", "int", "long", "bigint", "smallint", "tinyint", "short", "int32", "int64"},
      {"number", "float", "double", "decimal", "numeric", "real", "float64"},
      {
        "timestamp",
        "datetime",
        "date-time",
        "timestamp_tz",
        "timestamp_ntz",
        "timestamptz",
        "instant"
      },
      {"boolean", "bool", "bit"},
      {"object", "struct", "record", "json", "variant", "jsonb", "row"},
      {"array", "list", "set"}
    };
    for (String[] type : types) {
      for (int i = 1; i < type.length; i++) {
        words.put(type[i], type[0]);
      }
    }
    return words;
  }
}
