package org.beammedallion.io.parquet.source;

import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** What a group with one repeated field is, by the format's rules, those for old writers too. */
final class ListShape {

  private ListShape() {}

  static boolean isList(GroupType group) {
    return hasOneRepeated(group)
        && group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
  }

  static boolean isMap(GroupType group) {
    LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
    return hasOneRepeated(group)
        && (logical instanceof MapLogicalTypeAnnotation
            || logical instanceof MapKeyValueTypeAnnotation);
  }

  private static boolean hasOneRepeated(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).getRepetition() == Repetition.REPEATED;
  }

  /** What a list's repeated field has its elements in; null where it is the element itself. */
  static @Nullable Type elementBelow(GroupType list) {
    Type repeated = list.getType(0);
    boolean isElement =
        repeated.isPrimitive()
            || repeated.asGroupType().getFieldCount() != 1
            || repeated.asGroupType().getType(0).getRepetition() == Repetition.REPEATED
            || repeated.getName().equals("array")
            || repeated.getName().equals(list.getName() + "_tuple");
    return isElement ? null : repeated.asGroupType().getType(0);
  }
}
