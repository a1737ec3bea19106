package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.time.ZoneId;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldTypesTest {

  private static FieldType type(String keys) {
    return Contracts.table("- {name: a, " + keys + "}").schema().fields().get(0).type();
  }

  private static FieldType named(String name) {
    return switch (name) {
      case "string" -> FieldType.STRING;
      case "int" -> FieldType.INT;
      case "long" -> FieldType.LONG;
      case "float" -> FieldType.FLOAT;
      case "double" -> FieldType.DOUBLE;
      case "boolean" -> FieldType.BOOLEAN;
      case "date" -> FieldType.DATE;
      case "time" -> FieldType.TIME;
      case "timestamp" -> FieldType.TIMESTAMP;
      default -> {
        String[] parts = name.split("[(;)]");
        yield FieldType.decimal(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "string,string",
    "date,date",
    "timestamp,timestamp",
    "time,time",
    "number,double",
    "integer,long",
    "boolean,boolean",
  })
  void knowsTheLogicalTypes(String logicalType, String type) {
    assertThat(type("logicalType: " + logicalType), equalTo(named(type)));
  }

  @ParameterizedTest
  @CsvSource({
    "varchar(18),string",
    "varchar[2147483647],string",
    "VARCHAR(max),string",
    "nvarchar(10),string",
    "character varying(3),string",
    "text,string",
    "uuid,string",
    "varchar2(10 char),string",
    "int,int",
    "INTEGER,int",
    "int4,int",
    "serial,int",
    "smallint,int",
    "tinyint,int",
    "bigint,long",
    "int8,long",
    "double,double",
    "double precision,double",
    "float8,double",
    "float,float",
    "float(53),double",
    "real,float",
    "'decimal(12,2)',decimal(12;2)",
    "'numeric( 38 , 0 )',decimal(38;0)",
    "decimal(9),decimal(9;0)",
    "numeric,decimal(38;18)",
    "boolean,boolean",
    "bool,boolean",
    "date,date",
    "time,time",
    "timestamp,timestamp",
    "timestamp(6),timestamp",
    "timestamptz,timestamp",
    "timestamp with time zone,timestamp",
    "timestamp(3) with time zone,timestamp",
    "datetime,timestamp",
  })
  void tellsTheTypeFromTheSqlNameAlone(String physicalType, String type) {
    assertThat(type("physicalType: '" + physicalType + "'"), equalTo(named(type)));
  }

  @ParameterizedTest
  @CsvSource({
    "number,'decimal(12,2)',decimal(12;2)",
    "number,int4,int",
    "number,varchar(3),double",
    "number,money,double",
    "number,real,float",
    "integer,int,int",
    "integer,varchar(9),long",
    "integer,'decimal(38,0)',decimal(38;0)",
    "integer,'decimal(18,0)',long",
    "string,int,string",
    "string,Flag,string",
    "date,timestamp,date",
    "boolean,int,boolean",
  })
  void letsThePhysicalTypeSayHowExactly(String logicalType, String physicalType, String type) {
    assertThat(
        type("logicalType: " + logicalType + ", physicalType: '" + physicalType + "'"),
        equalTo(named(type)));
  }

  @ParameterizedTest
  @CsvSource({
    "integer,i32,bigint,int",
    "integer,i64,int,long",
    "integer,i8,x,int",
    "integer,u32,int,long",
    "integer,u64,x,decimal(20;0)",
    "integer,i128,x,decimal(38;0)",
    "number,f32,double,float",
    "number,f64,int,double",
    "number,f32,'decimal(5,1)',decimal(5;1)",
  })
  void letsTheFormatDecide(String logicalType, String format, String physicalType, String type) {
    assertThat(
        type(
            "logicalType: %s, physicalType: '%s', logicalTypeOptions: {format: %s}"
                .formatted(logicalType, physicalType, format)),
        equalTo(named(type)));
  }

  @Test
  void keepsFormatAndTimeZone() {
    assertThat(
        type(
            "logicalType: timestamp, logicalTypeOptions: {format: 'dd.MM.yyyy HH:mm', timezone: false, defaultTimezone: Europe/Berlin}"),
        equalTo(new TimestampType("dd.MM.yyyy HH:mm", ZoneId.of("Europe/Berlin"))));
    assertThat(
        type("logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Etc/UTC}"),
        equalTo(FieldType.TIMESTAMP));
    assertThat(
        type("logicalType: date, logicalTypeOptions: {format: dd/MM/yyyy}"),
        equalTo(new DateType("dd/MM/yyyy")));
  }

  @Test
  void takesADateOfVersionThreeZeroForATimestampWhereItHasATime() {
    String yaml =
        "apiVersion: v3.0.2\nschema: [{name: t, properties: [{name: a, logicalType: date, %s}]}]\n";
    for (String keys :
        new String[] {
          "physicalType: timestamp", "logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm:ss'}"
        }) {
      DataContract contract = DataContract.parse("c.yaml", yaml.formatted(keys));
      assertThat(
          Contracts.table(contract).schema().fields().get(0).type() instanceof TimestampType,
          is(true));
    }
    DataContract plain =
        DataContract.parse("c.yaml", yaml.formatted("logicalTypeOptions: {format: 'yyyy-MM-dd'}"));
    assertThat(
        Contracts.table(plain).schema().fields().get(0).type() instanceof DateType, is(true));
  }

  @Test
  void nestsObjectsAndArrays() {
    TableContract table =
        Contracts.table(
            """
            - name: customer
              logicalType: object
              logicalTypeOptions: {required: [name]}
              properties:
              - {name: name, logicalType: string}
              - {name: age, physicalName: AGE, logicalType: integer, required: true}
            - name: lines
              logicalType: array
              items:
                required: true
                properties:
                - {name: sku, logicalType: string}
            """);
    RecordSchema customer =
        RecordSchema.of(
            Field.required("name", FieldType.STRING),
            new Field("age", "AGE", FieldType.LONG, true));
    RecordSchema line = RecordSchema.of(Field.optional("sku", FieldType.STRING));
    assertThat(
        table.schema(),
        equalTo(
            RecordSchema.of(
                Field.optional("customer", new ObjectType(customer)),
                Field.optional(
                    "lines", new ArrayType(Field.required("element", new ObjectType(line)))))));
  }

  @Test
  void makesTheKeyRequiredAndKeepsItsOrder() {
    TableContract table =
        Contracts.table(
            """
            - {name: a, logicalType: string, primaryKey: true, primaryKeyPosition: 2}
            - {name: b, logicalType: string}
            - {name: c, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            """);
    assertThat(table.primaryKey(), is(java.util.List.of("c", "a")));
    assertThat(table.schema().field("a").required(), is(true));
    assertThat(table.schema().field("b").required(), is(false));
  }

  @Test
  void saysAllThatIsMissingToRunIt() {
    assertThat(
        Contracts.refusal(
            """
            - {name: a}
            - {name: b, physicalType: geography}
            - {name: c, logicalType: object}
            - {name: d, logicalType: array}
            - {name: e, logicalType: number, physicalType: 'decimal(50,2)'}
            - {name: f, logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Mars, format: 'yyyy-bb'}}
            - {name: g, logicalType: integer, logicalTypeOptions: {format: i31}}
            - {name: h, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: string}}}
            - {name: i, logicalType: number, primaryKey: true}
            - {name: A, logicalType: string}
            - {name: k, physicalName: x, logicalType: string}
            - {name: l, physicalName: x, logicalType: string}
            - {name: m, physicalType: int, logicalTypeOptions: {minLength: 1}}
            """),
        is(
            """
            c.yaml:6:5: property 'a' needs a logicalType.
            c.yaml:7:5: property 'b' needs a logicalType, for its physicalType 'geography' does not determine a type.
            c.yaml:10:5: physicalType of 'e': decimal(50,2) is out of range: 1 <= precision <= 38, 0 <= scale <= precision.
            c.yaml:11:77: defaultTimezone 'Mars' of 'f' is no time zone; write it as Europe/Berlin, +02:00 or UTC.
            c.yaml:11:91: format 'yyyy-bb' of 'f' is not a pattern of java.time.format.DateTimeFormatter that gives a complete value, such as yyyy-MM-dd HH:mm:ss: Unknown pattern letter: b (put literal letters, such as 'T', in apostrophes).
            c.yaml:12:66: format 'i31' of 'g' is unknown; it is one of i8, i16, i32, i64, i128, u8, u16, u32, u64, u128; did you mean 'i32'?
            c.yaml:13:5: property 'h' is a map, which tables cannot hold yet; describe it as an object, or as an array of objects.
            c.yaml:14:5: 'i' cannot be part of the primary key: objects, arrays and floating point numbers cannot be compared reliably. Use a text, a whole number, a decimal, a date or a timestamp.
            c.yaml:15:5: the name 'A' differs from another only in case, and tables treat both as the same name; rename one.
            c.yaml:17:5: 'l' and 'k' both have the physicalName 'x'.
            c.yaml:18:55: unknown key 'minLength' in the options of type integer; known keys are minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum, format."""));
    assertThat(
        Contracts.refusal(
            "- {name: n, logicalType: timestamp, logicalTypeOptions: {format: 'HH:mm'}}"),
        containsString(
            "format 'HH:mm' of 'n' is not a pattern of java.time.format.DateTimeFormatter that gives a complete value"));
    assertThat(
        Contracts.refusal(
            "- {name: o, properties: [{name: p, logicalType: string}], logicalTypeOptions: {required: [q]}}"),
        containsString("'o' has no property 'q' that could be required; did you mean 'p'?"));
  }
}
