package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Category;
import org.jspecify.annotations.Nullable;

/**
 * A column that is no field of the contract and says what a change is. Read one value at a time.
 *
 * @param form of the column
 */
record OwnColumn(Leaf leaf, ColumnForm form) {

  /** A value: a text, or microseconds where the column is a timestamp; both null for null. */
  record Value(@Nullable String text, @Nullable Long micros) {
    static final Value NONE = new Value(null, null);
  }

  /** The next value, which is passed over. */
  Value next() {
    Value value =
        leaf.definition() < leaf.descriptor.getMaxDefinitionLevel()
            ? Value.NONE
            : read(leaf.reader());
    leaf.consume();
    return value;
  }

  private Value read(ColumnReader reader) {
    ColumnMeaning meaning = form.meaning();
    if (meaning.category() == Category.TIMESTAMP) {
      ColumnMeaning.Unit unit = meaning.unit();
      long micros =
          form.storage() == ColumnForm.Storage.INT96
              ? ColumnForm.int96(reader.getBinary())
              : unit == null ? reader.getLong() : unit.toMicros(reader.getLong());
      return new Value(null, micros);
    }
    return switch (form.storage()) {
      case BYTES, UUID_BYTES, FLOAT16, INT96 ->
          new Value(new String(reader.getBinary().getBytesUnsafe(), StandardCharsets.UTF_8), null);
      case BOOLEAN -> new Value(Boolean.toString(reader.getBoolean()), null);
      case INT, UNSIGNED_INT -> new Value(Integer.toString(reader.getInteger()), null);
      case LONG -> new Value(Long.toString(reader.getLong()), null);
      case FLOAT -> new Value(Float.toString(reader.getFloat()), null);
      case DOUBLE -> new Value(Double.toString(reader.getDouble()), null);
    };
  }
}
