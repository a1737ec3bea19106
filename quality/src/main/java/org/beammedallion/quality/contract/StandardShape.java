package org.beammedallion.quality.contract;

import static org.beammedallion.quality.yaml.Shape.Free.FREE;
import static org.beammedallion.quality.yaml.Shape.Scalar.BOOLEAN;
import static org.beammedallion.quality.yaml.Shape.Scalar.INTEGER;
import static org.beammedallion.quality.yaml.Shape.Scalar.NUMBER;
import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOf;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.mappingOr;
import static org.beammedallion.quality.yaml.Shape.oneOf;
import static org.beammedallion.quality.yaml.Shape.textBut;

import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.Shape.Mapping;

/**
 * Every key of the Open Data Contract Standard, versions 3.0.0 to 3.2.0 together: what one version
 * calls differently from another is allowed in both forms.
 */
final class StandardShape {

  private static final Shape TEXTS = listOf(TEXT);

  private static final Shape DEFINITIONS =
      listOf(
          mapping("an authoritative definition")
              .texts("id", "url", "type", "description")
              .require("url", "type"));

  private static final Shape CUSTOM_PROPERTIES =
      listOf(
          mapping("a custom property")
              .texts("id", "property", "description")
              .with(FREE, "value")
              .require("property"));

  /** What most parts of a contract may carry. */
  private static final Mapping ANNOTATED =
      mapping("")
          .texts("id", "description")
          .with(TEXTS, "tags")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .with(DEFINITIONS, "authoritativeDefinitions");

  static final Mapping ROLE =
      mapping("a role")
          .texts(
              "id", "role", "description", "access", "firstLevelApprovers", "secondLevelApprovers")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .require("role");

  static final Mapping TEAM_MEMBER =
      mapping("a team member")
          .texts("username", "name", "role", "dateIn", "dateOut", "replacedByUsername")
          .and(ANNOTATED)
          .require("username");

  static final Mapping TEAM =
      mapping("the team").texts("name").with(listOf(TEAM_MEMBER), "members").and(ANNOTATED);

  static final Mapping SUPPORT =
      mapping("a support channel")
          .texts("id", "channel", "url", "description", "tool", "scope", "invitationUrl")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .require("channel");

  static final Mapping PRICE =
      mapping("the price").texts("id", "priceCurrency", "priceUnit").with(NUMBER, "priceAmount");

  static final Mapping SERVICE_LEVEL =
      mapping("a service level property")
          .texts(
              "id", "property", "unit", "element", "driver", "description", "scheduler", "schedule")
          .with(TEXT, "value", "valueExt")
          .require("property");

  private static final Mapping CONTEXT =
      mapping("a context")
          .texts("instructions")
          .with(listOf(mapping("a constraint").texts("constraint").and(ANNOTATED)), "constraints")
          .with(
              listOf(mapping("a verified statement").texts("question", "answer").and(ANNOTATED)),
              "verifiedStatements");

  private static final Mapping SYNONYM =
      mapping("a synonym")
          .texts("id", "synonym", "description", "locale", "source", "status")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .require("synonym");

  static final Mapping RELATIONSHIP =
      mapping("a relationship")
          .with(oneOf("foreignKey"), "type")
          .with(listOr(TEXT, TEXT), "from", "to")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .require("to");

  static final Mapping QUALITY =
      mapping("a quality check")
          .with(oneOf("text", "library", "sql", "custom"), "type")
          .texts(
              "name",
              "dimension",
              "severity",
              "businessImpact",
              "method",
              "unit",
              "scheduler",
              "schedule")
          .with(TEXT, "metric", "rule")
          .with(listOf(FREE), "validValues")
          .with(FREE, "arguments", "mustBe", "mustNotBe")
          .with(
              NUMBER,
              "mustBeGreaterThan",
              "mustBeGreaterOrEqualTo",
              "mustBeLessThan",
              "mustBeLessOrEqualTo")
          .with(listOf(NUMBER), "mustBeBetween", "mustNotBeBetween")
          .texts("query", "engine")
          .with(FREE, "implementation")
          .and(ANNOTATED);

  /** Each server type's own keys; a type's kind of value is that of the newest version. */
  static final Map<String, Mapping> SERVERS = servers();

  private static Map<String, Mapping> servers() {
    Mapping database = mapping("").texts("host", "database").with(INTEGER, "port");
    Mapping databaseWithSchema = database.texts("schema");
    Mapping files = mapping("").texts("location", "format", "delimiter");
    Map<String, Mapping> types = new TreeMap<>();
    types.put("api", mapping("").texts("location"));
    types.put(
        "athena", mapping("").texts("catalog", "schema", "stagingDir", "regionName", "workgroup"));
    types.put("azure", files);
    types.put("bigquery", mapping("").texts("project", "dataset"));
    types.put("clickhouse", database);
    types.put("cloudsql", databaseWithSchema);
    types.put("databricks", mapping("").texts("host", "catalog", "schema"));
    types.put("db2", databaseWithSchema);
    types.put("denodo", database);
    types.put("dremio", mapping("").texts("host", "schema").with(INTEGER, "port"));
    types.put("duckdb", mapping("").texts("database", "schema"));
    types.put("glue", mapping("").texts("account", "database", "location", "format"));
    types.put("hive", database);
    types.put("impala", database);
    types.put("informix", database);
    types.put("kafka", mapping("").texts("host", "format"));
    types.put("kinesis", mapping("").texts("stream", "region", "format"));
    types.put("local", mapping("").texts("path", "format").advise(OtherWords.LOCAL));
    types.put("mysql", database);
    types.put("oracle", mapping("").texts("host", "serviceName").with(INTEGER, "port"));
    types.put("postgres", databaseWithSchema);
    types.put("postgresql", databaseWithSchema);
    types.put("presto", mapping("").texts("host", "catalog", "schema"));
    types.put("pubsub", mapping("").texts("project"));
    types.put("redshift", mapping("").texts("account", "host", "database", "schema", "region"));
    types.put("s3", files.texts("endpointUrl"));
    types.put("sftp", files);
    types.put("snowflake", databaseWithSchema.texts("account", "warehouse"));
    types.put("sqlserver", databaseWithSchema);
    types.put("synapse", database);
    types.put("trino", mapping("").texts("host", "catalog", "schema").with(INTEGER, "port"));
    types.put("vertica", databaseWithSchema);
    types.put("zen", database);
    types.put(
        "custom",
        databaseWithSchema
            .and(files)
            .texts(
                "account",
                "catalog",
                "dataset",
                "endpointUrl",
                "path",
                "project",
                "region",
                "regionName")
            .texts("serviceName", "stagingDir", "stream", "warehouse"));
    types.replaceAll((type, keys) -> mapping("a server of type " + type).and(keys));
    return types;
  }

  static final Mapping SERVER =
      mapping("a server")
          .texts("id", "server", "description", "environment")
          .with(listOf(ROLE), "roles")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .dependingOn("type", SERVERS)
          .advise(OtherWords.SERVER)
          .require("server", "type");

  private static final Mapping ELEMENT =
      mapping("")
          .texts("name", "physicalName", "physicalType", "businessName")
          .with(listOf(SYNONYM), "synonyms")
          .with(listOf(RELATIONSHIP), "relationships")
          .with(listOf(QUALITY), "quality")
          .and(ANNOTATED);

  static final Mapping NO_OPTIONS = mapping("the options");

  /** The {@code logicalTypeOptions} of each logical type that has a closed set of them. */
  static final Map<String, Mapping> OPTIONS = options();

  static final Map<String, Mapping> LOGICAL_TYPES = logicalTypes();

  private static Map<String, Mapping> options() {
    // Version 3.0 says true or false for an exclusive bound, later versions the bound itself.
    Mapping limits =
        mapping("")
            .with(NUMBER, "minimum", "maximum", "multipleOf")
            .with(TEXT, "exclusiveMinimum", "exclusiveMaximum", "format");
    Mapping span =
        mapping("").texts("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format");
    Mapping zoned = span.with(BOOLEAN, "timezone").texts("defaultTimezone");
    Map<String, Mapping> options = new TreeMap<>();
    options.put(
        "string",
        mapping("")
            .with(INTEGER, "minLength", "maxLength")
            .texts("pattern")
            .with(textBut(OtherWords.FORMAT), "format"));
    options.put("number", limits);
    options.put("integer", limits);
    options.put("date", span);
    options.put("time", zoned);
    options.put("timestamp", zoned);
    options.put("boolean", mapping(""));
    options.put(
        "object",
        mapping("").with(INTEGER, "minProperties", "maxProperties").with(TEXTS, "required"));
    options.put(
        "array", mapping("").with(INTEGER, "minItems", "maxItems").with(BOOLEAN, "uniqueItems"));
    options.replaceAll((type, keys) -> mapping("the options of type " + type).and(keys));
    return options;
  }

  private static Map<String, Mapping> logicalTypes() {
    Map<String, Mapping> types = new TreeMap<>();
    OPTIONS.forEach(
        (type, options) ->
            types.put(
                type, mapping("a property of type " + type).with(options, "logicalTypeOptions")));
    types.put("map", mapping("a property of type map"));
    return types;
  }

  static final Mapping PROPERTY_OR_ITEM =
      mapping("a property")
          .and(ELEMENT)
          .texts(
              "classification",
              "encryptedName",
              "transformLogic",
              "transformDescription",
              "semanticType")
          .with(BOOLEAN, "required", "unique", "primaryKey", "partitioned", "criticalDataElement")
          .with(INTEGER, "primaryKeyPosition", "partitionKeyPosition")
          .with(TEXTS, "transformSourceObjects")
          .with(listOf(FREE), "examples")
          .with(
              listOf(
                  mapping("an enum value").texts("value", "label").and(ANNOTATED).require("value")),
              "enum")
          .with(FREE, "logicalTypeOptions")
          .with(listOf(() -> propertyShape()), "properties")
          .with(Shape.later(() -> itemShape()), "items")
          .with(
              mapping("a map")
                  .with(Shape.later(() -> itemShape()), "key")
                  .with(Shape.later(() -> itemShape()), "value"),
              "map")
          .dependingOn("logicalType", LOGICAL_TYPES)
          .with(oneOf(LOGICAL_TYPES.keySet(), OtherWords.LOGICAL_TYPE), "logicalType")
          .advise(OtherWords.PROPERTY);

  private static final Mapping PROPERTY = PROPERTY_OR_ITEM.require("name");

  private static Shape propertyShape() {
    return PROPERTY;
  }

  private static Shape itemShape() {
    return PROPERTY_OR_ITEM;
  }

  static final Mapping OBJECT =
      mapping("a schema object")
          .and(ELEMENT)
          .with(oneOf("object"), "logicalType")
          .texts("dataGranularityDescription")
          .with(mappingOr(CONTEXT, TEXT), "context")
          .with(listOf(PROPERTY), "properties")
          .advise(OtherWords.OBJECT)
          .require("name");

  static final Mapping CONTRACT =
      mapping("a data contract")
          .texts("apiVersion", "id", "name", "version", "status", "domain", "tenant", "dataProduct")
          .with(oneOf("DataContract"), "kind")
          .texts("contractCreatedTs", "slaDefaultElement")
          .with(
              mapping("the description")
                  .texts("purpose", "limitations", "usage")
                  .with(DEFINITIONS, "authoritativeDefinitions")
                  .with(CUSTOM_PROPERTIES, "customProperties"),
              "description")
          .with(listOf(SERVER), "servers")
          .with(listOf(OBJECT), "schema")
          .with(listOf(SUPPORT), "support")
          .with(PRICE, "price")
          .with(listOr(TEAM_MEMBER, TEAM), "team")
          .with(listOf(ROLE), "roles")
          .with(listOf(SERVICE_LEVEL), "slaProperties")
          .with(mappingOr(CONTEXT, TEXT), "context")
          .with(TEXTS, "tags")
          .with(DEFINITIONS, "authoritativeDefinitions")
          .with(CUSTOM_PROPERTIES, "customProperties")
          .advise(OtherWords.CONTRACT);

  private StandardShape() {}
}
