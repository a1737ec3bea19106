package org.beammedallion.transforms.check;

import java.util.List;
import java.util.Map;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck.Violation;
import org.beammedallion.transforms.row.RowLayout;

/** Rules for rows of one layout, which has a field of each type. */
final class OrderRules {

  private static final RecordSchema LINE =
      RecordSchema.of(
          Field.optional("sku", FieldType.STRING), Field.optional("quantity", FieldType.LONG));

  static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.optional("id", FieldType.STRING),
              Field.optional("amount", FieldType.decimal(12, 2)),
              Field.optional("huge", FieldType.decimal(30, 3)),
              Field.optional("count", FieldType.INT),
              Field.optional("big", FieldType.LONG),
              Field.optional("ratio", FieldType.DOUBLE),
              Field.optional("single", FieldType.FLOAT),
              Field.optional("flag", FieldType.BOOLEAN),
              Field.optional("day", FieldType.DATE),
              Field.optional("at", FieldType.TIMESTAMP),
              Field.optional(
                  "customer",
                  new ObjectType(RecordSchema.of(Field.optional("name", FieldType.STRING)))),
              Field.optional("tags", new ArrayType(Field.optional("element", FieldType.STRING))),
              Field.optional(
                  "lines", new ArrayType(Field.optional("element", new ObjectType(LINE))))));

  private OrderRules() {}

  static RecordRule rule(FieldPath path, Check check) {
    return new RecordRule("t." + path, path, Dimension.VALIDITY, Severity.ERROR, check, null);
  }

  static String broken(String field, Check check, Object value) {
    return broken(FieldPath.of(field), check, Map.of(field, value));
  }

  /** What the rule says about the row, or "" where it has nothing to say. */
  static String broken(FieldPath path, Check check, Map<String, ?> values) {
    Rows.Encoded row = Rows.encode(LAYOUT, values);
    Violation violation =
        RecordChecks.of(LAYOUT, List.of(rule(path, check)), List.of())
            .check(row.bytes(), row.row(), new long[0]);
    return violation == null ? "" : violation.detail();
  }

  static Check bound(Comparison comparison, String limit) {
    return new Check.Bound(comparison, limit);
  }
}
