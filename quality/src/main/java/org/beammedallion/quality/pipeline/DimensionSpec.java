package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * A dimension: the attributes of each business key, the present ones (type 1) or those of any time
 * (type 2).
 *
 * @param key names of the columns that make the business key
 * @param columns names of the other columns of silver that it has
 * @param tracked those of {@code columns} whose change makes a new row in type 2; none in type 1
 * @param validFrom name of silver's timestamp at which a version began to hold; null in type 1
 * @param surrogateKey name of the column that facts refer to a row by
 * @param schema columns of the table, in order: the surrogate key, the business key, {@code
 *     columns}, and in type 2 {@link #VALID_FROM}, {@link #VALID_TO} and {@link #IS_CURRENT}
 */
public record DimensionSpec(
    String table,
    List<String> key,
    List<String> columns,
    List<String> tracked,
    @Nullable String validFrom,
    String surrogateKey,
    RecordSchema schema)
    implements Serializable {

  /** Start of a row's validity, inclusive. */
  public static final String VALID_FROM = "valid_from";

  /** End of a row's validity, exclusive; null for the current row. */
  public static final String VALID_TO = "valid_to";

  /** Whether it is the last known version of its key, and not deleted. */
  public static final String IS_CURRENT = "is_current";

  /**
   * @param silver has all columns that are named
   */
  static DimensionSpec of(
      String table,
      List<String> key,
      List<String> columns,
      List<String> tracked,
      @Nullable String validFrom,
      String surrogateKey,
      RecordSchema silver) {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.required(surrogateKey, FieldType.LONG));
    key.forEach(name -> fields.add(Field.required(name, silver.field(name).type())));
    columns.forEach(name -> fields.add(Field.optional(name, silver.field(name).type())));
    if (validFrom != null) {
      fields.add(Field.required(VALID_FROM, FieldType.TIMESTAMP));
      fields.add(Field.optional(VALID_TO, FieldType.TIMESTAMP));
      fields.add(Field.required(IS_CURRENT, FieldType.BOOLEAN));
    }
    return new DimensionSpec(
        table,
        List.copyOf(key),
        List.copyOf(columns),
        List.copyOf(tracked),
        validFrom,
        surrogateKey,
        new RecordSchema(fields));
  }

  /** Whether it has a row for each version of a key (type 2), and not only the latest (type 1). */
  public boolean keepsHistory() {
    return validFrom != null;
  }
}
