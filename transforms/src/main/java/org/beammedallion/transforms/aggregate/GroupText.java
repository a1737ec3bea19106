package org.beammedallion.transforms.aggregate;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** How messages name the group that a partial row is of. */
final class GroupText {

  private GroupText() {}

  /**
   * @param groups how many columns rows are grouped by
   */
  static String of(RowLayout partial, byte[] bytes, int row, int groups) {
    StringBuilder text = new StringBuilder();
    for (int i = PartialPlan.GROUP; i < PartialPlan.GROUP + groups; i++) {
      text.append(i == PartialPlan.GROUP ? ", for the group " : ", ")
          .append(partial.schema().fields().get(i).name())
          .append('=')
          .append(partial.isNull(bytes, row, i) ? null : value(partial, bytes, row, i));
    }
    return text.toString();
  }

  private static @Nullable Object value(RowLayout layout, byte[] bytes, int row, int i) {
    Field field = layout.schema().fields().get(i);
    FieldType type = field.type();
    if (type instanceof DecimalType) {
      return layout.decimalAt(bytes, row, i);
    } else if (type instanceof FieldType.TimestampType) {
      return Instant.EPOCH.plus(layout.longAt(bytes, row, i), ChronoUnit.MICROS);
    } else if (type instanceof FieldType.DateType) {
      return LocalDate.ofEpochDay(layout.intAt(bytes, row, i));
    }
    return switch (layout.storage(i)) {
      case BOOLEAN -> layout.booleanAt(bytes, row, i);
      case INT -> layout.intAt(bytes, row, i);
      case BYTES -> layout.stringAt(bytes, row, i);
      default -> layout.longAt(bytes, row, i);
    };
  }
}
