package org.beammedallion.transforms.sql;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.sql.impl.utils.CalciteUtils;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * The types that Beam SQL sees for silver's columns. Whole numbers are BIGINT and floats DOUBLE, so
 * that sums do not overflow or round at 32 bits; dates, times and timestamps are BIGINT too, as
 * days and microseconds.
 */
public final class BeamTypes {

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String SPELLED_OUT = "spelled__";

  private BeamTypes() {}

  public static Schema schema(RecordSchema record) {
    return schema(record, false);
  }

  /**
   * The same with dates, times and timestamps as such: what the user's own SQL is about, for
   * messages of Beam SQL's planner.
   */
  public static Schema declared(RecordSchema record) {
    return schema(record, true);
  }

  private static Schema schema(RecordSchema record, boolean declared) {
    Schema.Builder builder = Schema.builder();
    for (Field field : record.fields()) {
      Schema.FieldType type = type(field.type(), declared);
      String name = declared ? field.name() : nameOf(field.name());
      builder.addField(Schema.Field.of(name, type.withNullable(!field.required())));
    }
    return builder.build();
  }

  /**
   * What a column is called in {@link #schema} and in the SQL over it. Beam reads names of fields
   * as paths: of {@code größe} it sees {@code gr}, and {@code a-b} or {@code a.b} is no field to
   * it. Names of other characters than ASCII letters, digits and {@code _} are spelled out in
   * those.
   */
  static String nameOf(String column) {
    if (PLAIN_NAME.matcher(column).matches() && !column.startsWith(SPELLED_OUT)) {
      return column;
    }
    StringBuilder name = new StringBuilder(SPELLED_OUT);
    for (int i = 0; i < column.length(); i++) {
      char c = column.charAt(i);
      if (c < 128 && Character.isLetterOrDigit(c)) {
        name.append(c);
      } else {
        name.append('_').append(HexFormat.of().toHexDigits(c));
      }
    }
    return name.toString();
  }

  private static Schema.FieldType type(FieldType type, boolean declared) {
    return switch (type.kind()) {
      case STRING -> Schema.FieldType.STRING;
      case BOOLEAN -> Schema.FieldType.BOOLEAN;
      case INT, LONG -> Schema.FieldType.INT64;
      case FLOAT, DOUBLE -> Schema.FieldType.DOUBLE;
      case DECIMAL -> Schema.FieldType.DECIMAL;
      case DATE -> declared ? CalciteUtils.DATE : Schema.FieldType.INT64;
      case TIME -> declared ? CalciteUtils.TIME : Schema.FieldType.INT64;
      case TIMESTAMP -> declared ? CalciteUtils.TIMESTAMP : Schema.FieldType.INT64;
      case OBJECT -> Schema.FieldType.row(schema(((FieldType.ObjectType) type).schema(), declared));
      case ARRAY -> throw new IllegalArgumentException("Arrays cannot be used in gold SQL.");
    };
  }

  /**
   * The type in gold of what an expression computes, or null where a gold table has none for it.
   * Only a cast says with how many digits; other decimals have as many as there can be.
   */
  public static @Nullable FieldType resultType(FieldType type, SqlNode expression) {
    if (type instanceof DecimalType decimal) {
      DecimalType cast = castTo(expression);
      return cast == null ? FieldType.decimal(DecimalType.MAX_PRECISION, decimal.scale()) : cast;
    }
    return type instanceof FieldType.ObjectType ? null : inGold(type);
  }

  /**
   * The type in gold of a column of silver: numbers as wide as SQL has them, times without format.
   */
  public static FieldType inGold(FieldType type) {
    return switch (type.kind()) {
      case INT, LONG -> FieldType.LONG;
      case FLOAT, DOUBLE -> FieldType.DOUBLE;
      case DATE -> FieldType.DATE;
      case TIME -> FieldType.TIME;
      case TIMESTAMP -> FieldType.TIMESTAMP;
      case STRING, BOOLEAN, DECIMAL, OBJECT, ARRAY -> type;
    };
  }

  /** The type of decimals to which an expression is cast as a whole, or null. */
  public static @Nullable DecimalType castTo(SqlNode expression) {
    if (expression.getKind() == SqlKind.CAST
        && ((SqlCall) expression).operand(1) instanceof SqlDataTypeSpec spec
        && spec.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
        && basic.getTypeName().getSimple().equals(SqlTypeName.DECIMAL.getName())
        && basic.getPrecision() > 0
        && basic.getPrecision() <= DecimalType.MAX_PRECISION
        && basic.getScale() <= basic.getPrecision()) {
      return new DecimalType(basic.getPrecision(), Math.max(0, basic.getScale()));
    }
    return null;
  }

  /** Whether a column can be given to Beam SQL. */
  public static boolean isUsable(FieldType type) {
    return isUsable(type, true);
  }

  private static boolean isUsable(FieldType type, boolean top) {
    if (type instanceof FieldType.ObjectType object) {
      return object.schema().fields().stream().allMatch(field -> isUsable(field.type(), false));
    }
    return !(type instanceof FieldType.ArrayType) && (top || !(type instanceof DecimalType));
  }
}
