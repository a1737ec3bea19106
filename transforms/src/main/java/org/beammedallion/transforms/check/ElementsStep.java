package org.beammedallion.transforms.check;

import org.beammedallion.transforms.row.ArrayLayout;

/** Goes from an array to each of its elements. */
final class ElementsStep extends PathStep {

  private final ArrayLayout layout;
  private final PathStep next;

  ElementsStep(ArrayLayout layout, PathStep next) {
    this.layout = layout;
    this.next = next;
  }

  @Override
  boolean accepts(byte[] bytes, int start, int length) {
    int element = ArrayLayout.first(start);
    for (int left = ArrayLayout.count(bytes, start); left > 0; left--) {
      if (!acceptsElement(bytes, element)) {
        return false;
      }
      element = layout.next(bytes, element);
    }
    return true;
  }

  private boolean acceptsElement(byte[] bytes, int element) {
    return ArrayLayout.isNull(bytes, element)
        ? next.acceptsNull()
        : next.accepts(bytes, layout.valueStart(element), layout.valueLength(bytes, element));
  }

  @Override
  void explain(byte[] bytes, int start, int length, StringBuilder words) {
    int element = ArrayLayout.first(start);
    int index = 0;
    while (acceptsElement(bytes, element)) {
      element = layout.next(bytes, element);
      index++;
    }
    words.append('[').append(index).append(']');
    if (ArrayLayout.isNull(bytes, element)) {
      next.explainNull(words);
    } else {
      next.explain(bytes, layout.valueStart(element), layout.valueLength(bytes, element), words);
    }
  }
}
