package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.TextFormat;
import org.beammedallion.quality.rule.Threshold;
import org.beammedallion.quality.rule.Threshold.Operator;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;

class RulesTest {

  private static List<String> ids(TableContract table) {
    return table.rules().stream().map(RecordRule::id).toList();
  }

  private static List<Check> checks(String properties) {
    return Contracts.table(properties).rules().stream().map(RecordRule::check).toList();
  }

  /** A table with one text field and one quality check of it. */
  private static TableContract quality(String check) {
    return Contracts.table("- {name: a, logicalType: string, quality: [%s]}".formatted(check));
  }

  @Test
  void takesRulesFromTheOptionsOfTypes() {
    assertThat(
        checks(
            """
            - {name: a, logicalType: string, logicalTypeOptions: {minLength: 1, maxLength: 9, pattern: '^x', format: email}}
            - {name: b, logicalType: integer, logicalTypeOptions: {minimum: 1, exclusiveMaximum: 9, multipleOf: 2, format: i8}}
            - {name: c, logicalType: date, logicalTypeOptions: {exclusiveMinimum: '2020-01-01'}}
            - {name: d, logicalType: array, items: {logicalType: string}, logicalTypeOptions: {minItems: 1, maxItems: 2, uniqueItems: true}}
            - {name: e, logicalType: object, properties: [{name: f, logicalType: string}], logicalTypeOptions: {minProperties: 1}}
            - {name: g, logicalType: string, enum: [{value: x}, {value: y}]}
            """),
        contains(
            new Check.Length(1, Integer.MAX_VALUE),
            new Check.Length(0, 9),
            new Check.Matches("^x"),
            new Check.HasFormat(TextFormat.EMAIL),
            new Check.Bound(Comparison.AT_LEAST, "-128"),
            new Check.Bound(Comparison.AT_MOST, "127"),
            new Check.Bound(Comparison.AT_LEAST, "1"),
            new Check.Bound(Comparison.LESS_THAN, "9"),
            new Check.MultipleOf(new BigDecimal(2)),
            new Check.Bound(Comparison.GREATER_THAN, "2020-01-01"),
            new Check.ItemCount(1, Integer.MAX_VALUE),
            new Check.ItemCount(0, 2),
            new Check.UniqueItems(),
            new Check.PropertyCount(1, Integer.MAX_VALUE),
            new Check.OneOf(List.of("x", "y"))));
  }

  @Test
  void namesRulesByTheWayToTheirField() {
    TableContract table =
        Contracts.table(
            """
            - name: lines
              logicalType: array
              items:
                logicalType: object
                properties:
                - {name: quantity, logicalType: integer, logicalTypeOptions: {minimum: 1}}
                - {name: tags, logicalType: array, items: {logicalType: string, logicalTypeOptions: {minLength: 2}}}
            """);
    assertThat(ids(table), contains("t.lines[].quantity.minimum", "t.lines[].tags[].minLength"));
    assertThat(table.rules().get(1).path(), is(FieldPath.of("lines", "[]", "tags", "[]")));
  }

  @Test
  void understandsTheExclusiveBoundsOfVersionThreeZero() {
    assertThat(
        checks(
            "- {name: a, logicalType: integer, logicalTypeOptions: {minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}}"),
        contains(
            new Check.Bound(Comparison.GREATER_THAN, "1"),
            new Check.Bound(Comparison.AT_MOST, "9")));
  }

  @Test
  void enforcesACountOfFaultsThatMustBeZero() {
    RecordRule rule =
        quality(
                "{id: known, metric: invalidValues, mustBe: 0, dimension: cf, arguments: {validValues: [x, 1, null]}}")
            .rules()
            .get(0);
    assertThat(
        rule,
        equalTo(
            new RecordRule(
                "known",
                FieldPath.of("a"),
                Dimension.VALIDITY,
                Severity.ERROR,
                new Check.OneOf(List.of("x", "1")),
                null)));
    for (String operator :
        List.of("mustBe: 0.0", "mustBeLessOrEqualTo: 0", "mustBeBetween: [0, 0]")) {
      TableContract table = quality("{metric: nullValues, " + operator + "}");
      assertThat(operator, ids(table), contains("t.a.nullValues"));
      assertThat(operator, table.expectations(), is(empty()));
    }
  }

  @Test
  void measuresWhatMayHappenNowAndThen() {
    TableContract table =
        quality(
            "{metric: missingValues, mustBeLessThan: 5, unit: percent, arguments: {missingValues: [null, '', N/A]}, name: gaps}");
    assertThat(table.rules(), is(empty()));
    RecordRule rule =
        new RecordRule(
            "gaps",
            FieldPath.of("a"),
            Dimension.COMPLETENESS,
            Severity.ERROR,
            new Check.NotMissing(List.of("", "N/A"), true),
            null);
    assertThat(
        table.expectations(),
        contains(
            new Expectation(
                "gaps",
                Dimension.COMPLETENESS,
                Severity.ERROR,
                new Measure.Violations(rule),
                Threshold.of(Operator.MUST_BE_LESS_THAN, 5),
                Unit.PERCENT,
                null)));
  }

  @Test
  void onlyMeasuresWhatIsNoError() {
    TableContract table = quality("{metric: nullValues, mustBe: 0, severity: warning}");
    assertThat(table.rules(), is(empty()));
    assertThat(table.expectations().get(0).severity(), is(Severity.WARNING));
  }

  @Test
  void knowsTheMetricsOfVersionThreeZero() {
    assertThat(ids(quality("{rule: nullCheck}")), contains("t.a.nullValues"));
    assertThat(
        quality("{rule: validValues, validValues: [x]}").rules().get(0).check(),
        is(new Check.OneOf(List.of("x"))));
    assertThat(
        quality("{rule: duplicateCount, mustBeLessThan: 3}").expectations().get(0).measure(),
        is(new Measure.Duplicates(List.of(FieldPath.of("a")))));
    assertThat(
        quality("{rule: between, mustBe: 3}").notices().get(0).message(),
        is("the rule 'between' of t.a is not acted on."));
  }

  @Test
  void listsWhatItDoesNotActOn() {
    TableContract table =
        Contracts.table(
            """
            - name: a
              logicalType: string
              logicalTypeOptions: {format: phone}
              quality:
              - {type: sql, query: SELECT 1, mustBe: 1}
              - {type: text, description: d}
              - {type: custom, id: z, engine: soda, implementation: x}
            """);
    assertThat(table.rules(), is(empty()));
    assertThat(
        table.notices().stream().map(Notice::toString).toList(),
        contains(
            "c.yaml:8:34: format 'phone' of 'a' is not acted on.",
            "c.yaml:10:7: the sql check of t.a is not acted on.",
            "c.yaml:11:7: the text check of t.a is not acted on.",
            "c.yaml:12:7: the custom check 'z' of t.a is not acted on."));
  }

  @Test
  void tellsOfSchedulesAndTimezonesThatNothingIsDoneWith() {
    TableContract table =
        Contracts.table(
            """
            - name: a
              logicalType: timestamp
              logicalTypeOptions: {timezone: true}
              quality:
              - {metric: nullValues, mustBe: 0, scheduler: cron, schedule: 0 20 * * *}
            """);
    assertThat(table.rules().size(), is(1));
    assertThat(
        table.notices().stream().map(Notice::message).toList(),
        contains("schedule, scheduler, timezone: kept, and not acted on."));
  }

  @Test
  void measuresUniquenessInsideObjects() {
    DataContract contract =
        Contracts.contract(
            """
            schema:
            - name: t
              properties:
              - name: address
                logicalType: object
                properties:
                - {name: email, logicalType: string, unique: true}
                - name: geo
                  logicalType: object
                  properties:
                  - {name: cell, logicalType: integer, quality: [{metric: duplicateValues, mustBeLessThan: 3}]}
              - {name: id, logicalType: integer}
              quality:
              - {metric: duplicateValues, mustBe: 0, id: both, arguments: {properties: [id, address.geo.cell]}}
            """);
    TableContract table = Contracts.table(contract);
    FieldPath cell = FieldPath.of("address", "geo", "cell");
    assertThat(
        table.expectations().stream().map(Expectation::measure).toList(),
        contains(
            new Measure.Duplicates(List.of(FieldPath.of("address", "email"))),
            new Measure.Duplicates(List.of(cell)),
            new Measure.Duplicates(List.of(FieldPath.of("id"), cell))));
    assertThat(
        table.expectations().stream().map(Expectation::id).toList(),
        contains("t.address.email.unique", "t.address.geo.cell.duplicateValues", "both"));
    assertThat(table.notices(), is(empty()));
  }

  @Test
  void saysWhichUniquenessIsNotMeasured() {
    DataContract contract =
        Contracts.contract(
            """
            schema:
            - name: t
              properties:
              - name: lines
                logicalType: array
                items:
                  logicalType: object
                  properties:
                  - {name: sku, logicalType: string, unique: true, partitioned: true}
              - {name: weight, logicalType: number, unique: true}
              quality:
              - {metric: duplicateValues, mustBe: 0, arguments: {properties: ['lines[].sku']}}
            """);
    String inArray =
        "is not measured, because 'lines[].sku' cannot be compared: it is inside an array, of which a"
            + " row has many elements; 'uniqueItems' of the array compares those.";
    assertThat(
        Contracts.table(contract).notices().stream().map(Notice::toString).toList(),
        contains(
            "c.yaml:11:9: 'partitioned' of 'lines[].sku' is not acted on: a table is partitioned by"
                + " properties of 't' itself.",
            "c.yaml:11:9: 'unique' of t.lines[].sku " + inArray,
            "c.yaml:12:5: 'unique' of t.weight is not measured, because 'weight' cannot be compared:"
                + " objects, arrays and floating point numbers cannot be compared reliably.",
            "c.yaml:14:5: 'duplicateValues' of t " + inArray));
  }

  @Test
  void refusesAKeyInsideAnObject() {
    assertThat(
        Contracts.refusal(
            """
            - name: customer
              logicalType: object
              properties:
              - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            """),
        containsString(
            "c.yaml:9:7: 'customer.id' cannot be part of the primary key, because it is inside 'customer': a key is made of properties of 't' itself."));
  }

  @Test
  void leavesTheKeysUniquenessToDeduplication() {
    DataContract contract =
        Contracts.contract(
            """
            schema:
            - name: t
              properties:
              - {name: a, logicalType: string, primaryKey: true, unique: true}
              - {name: b, logicalType: string, unique: true}
              quality:
              - {metric: duplicateValues, mustBe: 0, arguments: {properties: [a]}}
              - {metric: duplicateValues, mustBeLessThan: 9, arguments: {properties: [a]}, id: some}
              - {metric: rowCount, mustBeBetween: [1, 5]}
            """);
    TableContract table = Contracts.table(contract);
    assertThat(
        table.expectations().stream().map(Expectation::id).toList(),
        contains("t.b.unique", "some", "t.rowCount"));
    assertThat(table.expectations().get(2).threshold().toString(), is("between 1 and 5"));
  }

  @Test
  void saysWhatIsWrongWithRules() {
    String refusal =
        Contracts.refusal(
            """
            - {name: a, logicalType: string, logicalTypeOptions: {pattern: '(', minLength: 9, maxLength: 3}}
            - {name: b, logicalType: date, logicalTypeOptions: {minimum: soon}}
            - {name: c, logicalType: integer, logicalTypeOptions: {exclusiveMaximum: true, multipleOf: 0}}
            - {name: d, logicalType: string, quality: [{metric: nulValues, mustBe: 0}]}
            - {name: e, logicalType: string, quality: [{metric: nullValues}]}
            - {name: f, logicalType: string, quality: [{metric: nullValues, mustBe: 0, mustBeLessThan: 1}]}
            - {name: g, logicalType: string, quality: [{metric: nullValues, mustBe: none}]}
            - {name: h, logicalType: string, quality: [{metric: invalidValues, mustBe: 0}]}
            - {name: i, logicalType: integer, quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [1, x]}}]}
            - {name: j, logicalType: string, quality: [{metric: invalidValues, mustBe: 0, arguments: {validVales: [1]}}]}
            - {name: k, logicalType: string, quality: [{metric: nullValues, mustBe: 0, unit: rwos}]}
            - {name: l, logicalType: string, quality: [{metric: nullValues, mustBe: 0, dimension: beauty}]}
            - {name: m, logicalType: string, quality: [{metric: rowCount, mustBeBetween: [9, 1]}]}
            - {name: n, logicalType: string, quality: [{id: x, metric: nullValues, mustBe: 0}, {id: x, metric: nullValues, mustBe: 0}]}
            """);
    assertThat(
        refusal,
        containsString(
            "c.yaml:6:66: pattern of 'a' is not a regular expression: Unclosed group in '('."));
    assertThat(
        refusal,
        containsString("minLength of 'a' is greater than maxLength: no value can satisfy both."));
    assertThat(
        refusal,
        containsString(
            "c.yaml:7:64: minimum of 'b': 'soon' is not a date or point in time in ISO-8601"));
    assertThat(
        refusal,
        containsString(
            "exclusiveMaximum of 'c' is true or false, which only means something beside 'maximum'"));
    assertThat(refusal, containsString("multipleOf of 'c' must be greater than zero."));
    assertThat(refusal, containsString("c.yaml:9:47: unknown metric 'nulValues'"));
    assertThat(refusal, containsString("did you mean 'nullValues'?"));
    assertThat(
        refusal,
        containsString("c.yaml:10:46: 'nullValues' needs an operator such as 'mustBe: 0'."));
    assertThat(
        refusal,
        containsString("'nullValues' needs one operator only, but has mustBe and mustBeLessThan."));
    assertThat(refusal, containsString("'mustBe' takes a number."));
    assertThat(
        refusal,
        containsString(
            "'invalidValues' of t.h needs 'arguments' with 'validValues' or 'pattern'."));
    assertThat(refusal, containsString("'x' is not a number."));
    assertThat(
        refusal,
        containsString("invalidValues has no argument 'validVales'; did you mean 'validValues'?"));
    assertThat(refusal, containsString("unknown unit 'rwos'; it is rows or percent."));
    assertThat(refusal, containsString("unknown dimension 'beauty'"));
    assertThat(refusal, containsString("'mustBeBetween' takes the smaller number first."));
    assertThat(refusal, containsString("two rules of 't' have the id 'x'"));
  }

  @Test
  void refusesChecksOfTheTableThatSpeakAboutNoColumn() {
    DataContract contract =
        Contracts.contract(
            """
            schema:
            - name: t
              properties: [{name: a, logicalType: string}]
              quality:
              - {metric: nullValues, mustBe: 0}
              - {metric: duplicateValues, mustBe: 0}
              - {metric: duplicateValues, mustBe: 0, id: x, arguments: {properties: [aa]}}
            """);
    String refusal =
        assertThrows(ConfigurationException.class, () -> Contracts.table(contract)).getMessage();
    assertThat(
        refusal, containsString("c.yaml:7:5: 'nullValues' of t is for the values of a property"));
    assertThat(
        refusal,
        containsString(
            "c.yaml:8:5: 'duplicateValues' of t needs 'arguments: {properties: [...]}'"));
    assertThat(refusal, containsString("c.yaml:9:74: 't' has no property 'aa'; did you mean 'a'?"));
  }
}
