package org.beammedallion.transforms.row;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.jspecify.annotations.Nullable;

/** Reads encoded arrays as the lists that Beam's rows hold. */
final class ArrayValues implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ArrayLayout layout;
  private final FieldValues elements;

  ArrayValues(ArrayLayout layout, Schema.FieldType beamElement) {
    this.layout = layout;
    FieldType type = layout.element().type();
    this.elements =
        new FieldValues(
            type,
            beamElement.getTypeName() == TypeName.DATETIME,
            type instanceof ObjectType
                ? RowViews.of(layout.object(), RowViews.rowSchema(beamElement))
                : null,
            type instanceof ArrayType
                ? new ArrayValues(layout.array(), RowViews.elementType(beamElement))
                : null);
  }

  List<@Nullable Object> at(byte[] bytes, int start) {
    int count = ArrayLayout.count(bytes, start);
    List<@Nullable Object> values = new ArrayList<>(count);
    int element = ArrayLayout.first(start);
    for (int i = 0; i < count; i++) {
      values.add(
          ArrayLayout.isNull(bytes, element)
              ? null
              : elements.at(bytes, layout.valueStart(element), layout.valueLength(bytes, element)));
      element = layout.next(bytes, element);
    }
    return Collections.unmodifiableList(values);
  }
}
