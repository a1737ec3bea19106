package org.beammedallion.io.parquet.source;

import java.util.List;
import org.beammedallion.transforms.decode.typed.JsonText;

/** A part of a record that is written as JSON; it has one leaf at least. */
abstract class JsonPart {

  final String name;
  final List<Leaf> leaves;

  JsonPart(String name, List<Leaf> leaves) {
    this.name = name;
    this.leaves = leaves;
  }

  /** Writes the value and passes over it. */
  abstract void write(JsonText json);

  final int definition() {
    return leaves.get(0).definition();
  }

  final void skip(int repetition) {
    leaves.forEach(leaf -> leaf.skip(repetition));
  }

  /** Whether the value goes on at a level deeper than one. */
  final boolean goesOn(int repetition) {
    Leaf first = leaves.get(0);
    return !first.isDone() && first.reader().getCurrentRepetitionLevel() > repetition;
  }
}
