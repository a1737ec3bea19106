package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts as people write them: understood, or refused with the place and the way out. */
class ContractsAsWrittenTest {

  @Test
  void numbersRulesOfOneMetricThatHaveNoId() {
    DataContract contract =
        Contracts.contract(
            """
            schema:
            - name: t
              properties:
              - name: a
                logicalType: string
                quality:
                - {metric: nullValues, mustBe: 0}
                - {metric: nullValues, mustBe: 0, name: not null}
                - {metric: missingValues, mustBe: 0, name: not null}
              quality:
              - {metric: rowCount, mustBeGreaterThan: 0}
              - {metric: rowCount, mustBeLessThan: 1000}
              - {metric: rowCount, mustBeLessThan: 900, id: t.rowCount.2}
              - {metric: rowCount, mustBeLessThan: 800}
            """);
    TableContract table = Contracts.table(contract);
    assertThat(
        table.rules().stream().map(RecordRule::id).toList(),
        contains("t.a.nullValues", "not null", "not null.2"));
    assertThat(
        table.expectations().stream().map(Expectation::id).toList(),
        contains("t.rowCount", "t.rowCount.3", "t.rowCount.2", "t.rowCount.4"));
  }

  @Test
  void takesObjectsAndArraysWithoutContentAsTextsOfJson() {
    TableContract table =
        Contracts.table(
            """
            - {name: id, logicalType: integer, required: true}
            - {name: payload, logicalType: object, required: true}
            - {name: tags, logicalType: array, logicalTypeOptions: {minItems: 1}}
            - {name: events, logicalType: array, items: {logicalType: object}}
            """);
    assertThat(
        table.schema(),
        is(
            RecordSchema.of(
                Field.required("id", FieldType.LONG),
                Field.required("payload", FieldType.JSON_OBJECT),
                Field.optional("tags", FieldType.JSON_ARRAY),
                Field.optional(
                    "events",
                    new FieldType.ArrayType(Field.optional("element", FieldType.JSON_OBJECT))))));
    assertThat(table.rules(), is(empty()));
    assertThat(
        table.notices().stream().map(Notice::toString).toList(),
        contains(
            "c.yaml:8:58: minItems of 'tags' is not acted on: it says nothing of its content, so it"
                + " is kept as a text of JSON."));
    assertThat(
        Contracts.refusal("- {name: payload, logicalType: object, primaryKey: true}"),
        containsString("'payload' cannot be part of the primary key"));
  }

  @Test
  void whatAPhysicalTypeSaysInVainIsToldOnceForAll() {
    TableContract table =
        Contracts.table(
            """
            - {name: id, logicalType: integer, physicalType: "number(10,0)"}
            - {name: code, logicalType: string, physicalType: varchar(18)}
            - {name: text, logicalType: string, physicalType: "varchar(max)"}
            - {name: short, logicalType: string, physicalType: char(2), logicalTypeOptions: {maxLength: 2}}
            - {name: day, logicalType: string, physicalType: date}
            - {name: place, logicalType: string, physicalType: geography}
            - {name: tags, logicalType: array, physicalType: jsonb}
            - {name: at, logicalType: timestamp, physicalType: timestamp(6) with time zone}
            - name: person
              logicalType: object
              physicalType: struct
              properties:
                - {name: name, logicalType: string, physicalType: nvarchar(50)}
            """);
    assertThat(
        table.notices().stream().map(Notice::message).toList(),
        contains(
            "lengths of a physicalType are not checked, 'maxLength' in logicalTypeOptions is: code varchar(18),"
                + " person.name nvarchar(50).",
            "a physicalType that is not known, or of another kind than the logicalType, is not acted on: day date,"
                + " place geography."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "logicalType: string, isNullable: false | unknown key 'isNullable' in a property of type"
            + " string; did you mean 'required'?",
        "logicalType: string, nullable: true | did you mean 'required'?",
        "type: string | unknown key 'type' in a property; did you mean 'logicalType'",
        "logicalType: string, format: email | did you mean 'logicalTypeOptions: {format: ...}'",
        "logicalType: string, minLength: 3 | did you mean 'logicalTypeOptions: {minLength: ...}'?",
        "logicalType: integer, maximum: 3 | did you mean 'logicalTypeOptions: {maximum: ...}'?",
        "$ref: '#/definitions/a' | a contract has no references",
        "logicalType: string, enum: [a, b] | did you mean {value: a}?",
        "logicalType: string, default: x | unknown key 'default' in a property of type string; leave it out: a value that is absent is"
            + " null.",
        "logicalType: string, readOnly: true | leave it out: it has no meaning for records",
        "logicalType: varchar | did you mean 'string'?",
        "logicalType: String | did you mean 'string'?",
        "logicalType: DateTime | did you mean 'timestamp'?",
        "logicalType: bigint | did you mean 'integer'?",
        "logicalType: struct | did you mean 'object'?",
        "logicalType: object, fields: {b: {type: string}} | did you mean 'properties'?",
        "logicalType: object, properties: {b: {logicalType: string}} | begin each element on a line"
            + " of its own with '-'",
        "logicalType: string, logicalTypeOptions: {format: date-time} | is a word of JSON Schema;"
            + " did you mean 'logicalType: timestamp'?",
        "logicalType: string, logicalTypeOptions: {format: date} | did you mean 'logicalType:"
            + " date'?",
        "logicalType: string, isPrimaryKey: true | did you mean 'primaryKey'?",
        "logicalType: number, precision: 10 | did you mean 'physicalType: decimal(10,2)'"
      })
  void knowsTheWordsOfOtherStandards(String keys, String answer) {
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class, () -> Contracts.table("- {name: a, %s}".formatted(keys)));
    assertThat(refused.getMessage(), containsString(answer));
    assertThat(refused.getMessage(), startsWith("c.yaml:6:"));
  }

  private static String foreign(String property) {
    return assertThrows(ConfigurationException.class, () -> Contracts.withProperties(property))
        .getMessage();
  }

  @Test
  void saysAllForeignWordsAtOnce() {
    assertThat(
        foreign(
            "- {name: at, logicalType: string, logicalTypeOptions: {format: date-time}, isNullable: false}"),
        is(
            """
            c.yaml:6:66: 'format' of a text cannot be 'date-time', which is a word of JSON Schema; did you mean 'logicalType: timestamp'?
            c.yaml:6:78: unknown key 'isNullable' in a property of type string; did you mean 'required'? A property that may not be null has 'required: true'."""));
  }

  @Test
  void saysWhichStandardAContractFollows() {
    String old = "dataContractSpecification: 1.1.0\nid: a\nmodels: {a: {type: table}}\n";
    assertThat(
        assertThrows(ConfigurationException.class, () -> DataContract.parse("c.yaml", old))
            .getMessage(),
        startsWith("c.yaml:1:1: this is a contract of the Data Contract Specification"));
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () -> DataContract.parse("c.yaml", "apiVersion: 3.1.0\nkind: DataContract\n"))
            .getMessage(),
        containsString("; did you mean 'v3.1.0'?"));
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () -> Contracts.contract("models: {}\nservers: {a: {type: s3}}\n"))
            .getMessage(),
        is(
            """
            c.yaml:3:1: unknown key 'models' in a data contract; did you mean 'schema', a list of objects with their 'properties'?
            c.yaml:4:10: 'servers' must be a list, but is a mapping; begin each element on a line of its own with '-'.\
            """));
  }

  @Test
  void readsWindowsLineEndsMarksAndQuotedNumbers() {
    String yaml =
        """
        apiVersion: v3.1.0
        # who
        kind: DataContract
        version: '1.0'
        schema:
        - name: t
          properties:
          - &a {name: a, logicalType: string}
          - {name: b, logicalType: integer, logicalTypeOptions: {minimum: 1}}
        """;
    TableContract table =
        Contracts.table(DataContract.parse("c.yaml", "\uFEFF" + yaml.replace("\n", "\r\n")));
    assertThat(table.schema().names(), contains("a", "b"));
  }
}
