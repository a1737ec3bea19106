package org.beammedallion.transforms.check;

import org.beammedallion.transforms.row.RowLayout;

/** Goes from an object, or from the whole row, to one of its fields. */
final class FieldStep extends PathStep {

  private final RowLayout layout;
  private final int field;
  private final boolean variable;
  private final int slot;
  private final PathStep next;

  FieldStep(RowLayout layout, int field, PathStep next) {
    this.layout = layout;
    this.field = field;
    this.variable = layout.storage(field).isVariable();
    this.slot = layout.slot(field);
    this.next = next;
  }

  @Override
  boolean accepts(byte[] bytes, int row, int length) {
    if (layout.isNull(bytes, row, field)) {
      return next.acceptsNull();
    }
    return variable
        ? next.accepts(bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field))
        : next.accepts(bytes, row + slot, 0);
  }

  @Override
  void explain(byte[] bytes, int row, int length, StringBuilder words) {
    if (!words.isEmpty()) {
      words.append('.');
    }
    words.append(layout.schema().fields().get(field).name());
    if (layout.isNull(bytes, row, field)) {
      next.explainNull(words);
    } else if (variable) {
      next.explain(
          bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field), words);
    } else {
      next.explain(bytes, row + slot, 0, words);
    }
  }
}
