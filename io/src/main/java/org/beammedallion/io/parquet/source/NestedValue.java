package org.beammedallion.io.parquet.source;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/** A part of a value that is put together from several columns by their levels. */
abstract class NestedValue {

  /** The value is there from this definition level on; below it is null. */
  final int present;

  /** The repetition level of the value itself: deeper ones go on with it. */
  final int repetition;

  /** Every leaf below, one at least. */
  final List<Leaf> leaves;

  NestedValue(int present, int repetition, List<Leaf> leaves) {
    this.present = present;
    this.repetition = repetition;
    this.leaves = leaves;
  }

  final boolean isNull() {
    return leaves.get(0).definition() < present;
  }

  /** Passes over the value, whatever it is. */
  final void skip() {
    for (Leaf leaf : leaves) {
      leaf.skip(repetition);
    }
  }

  /** Writes the value, which may be null, into a field of a row, and passes over it. */
  abstract void put(TypedRecords records, RowLayout layout, int row, int field);

  /** Appends the value, which is not null, as an element of an array, and passes over it. */
  abstract void append(TypedRecords records, int array);

  /** A value of one column. */
  static final class Single extends NestedValue {
    private final Leaf leaf;
    private final ColumnForm form;
    private final ColumnConversion conversion;
    private final Storage storage;

    Single(Leaf leaf, ColumnForm form, ColumnConversion conversion, Storage storage) {
      super(
          leaf.descriptor.getMaxDefinitionLevel(),
          leaf.descriptor.getMaxRepetitionLevel(),
          List.of(leaf));
      this.leaf = leaf;
      this.form = form;
      this.conversion = conversion;
      this.storage = storage;
    }

    private boolean read(TypedRecords records) {
      boolean is = form.convert(leaf.reader(), conversion);
      Fault fault = conversion.fault();
      if (fault != null) {
        records.note(fault);
      }
      return is;
    }

    @Override
    void put(TypedRecords records, RowLayout layout, int row, int field) {
      if (!isNull() && read(records)) {
        RowBuilder builder = records.builder();
        switch (storage) {
          case BOOLEAN -> builder.setBoolean(layout, row, field, conversion.bits() != 0);
          case INT, FLOAT -> builder.setInt(layout, row, field, (int) conversion.bits());
          case LONG, DOUBLE -> builder.setLong(layout, row, field, conversion.bits());
          default ->
              builder.setBytes(
                  layout, row, field, conversion.bytes(), conversion.from(), conversion.length());
        }
      }
      leaf.consume();
    }

    @Override
    void append(TypedRecords records, int array) {
      RowBuilder builder = records.builder();
      if (!read(records)) {
        builder.appendNullElement(array);
        if (conversion.fault() == null) {
          // NaN may stand for null.
          records.missingElement(conversion.field());
        }
      } else if (storage.isVariable()) {
        int start = builder.beginVariableElement(array);
        builder.append(conversion.bytes(), conversion.from(), conversion.length());
        builder.endVariableElement(start);
      } else {
        builder.beginFixedElement(array);
        switch (storage.width()) {
          case 1 -> builder.appendByte((int) conversion.bits());
          case 4 -> builder.appendInt((int) conversion.bits());
          default -> builder.appendLong(conversion.bits());
        }
      }
      leaf.consume();
    }
  }

  /** A value of another shape than the field wants: a fault where it is not null. */
  static final class Misfit extends NestedValue {
    private final ColumnConversion conversion;
    private final String shown;

    Misfit(
        int present, int repetition, List<Leaf> leaves, ColumnConversion conversion, String shown) {
      super(present, repetition, leaves);
      this.conversion = conversion;
      this.shown = shown;
    }

    private void note(TypedRecords records) {
      conversion.ofOtherShape(shown);
      Fault fault = conversion.fault();
      if (fault != null) {
        records.note(fault);
      }
      skip();
    }

    @Override
    void put(TypedRecords records, RowLayout layout, int row, int field) {
      if (isNull()) {
        skip();
      } else {
        note(records);
      }
    }

    @Override
    void append(TypedRecords records, int array) {
      records.builder().appendNullElement(array);
      note(records);
    }
  }

  /** A field of an object that the contract does not know: only whether it has a value counts. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Unknown(Leaf leaf, int present, int repetition, byte[] name) {

    void note(TypedRecords records, ObjectPlan plan) {
      if (leaf.definition() >= present) {
        records.unknown(plan, name);
      }
      leaf.skip(repetition);
    }
  }

  /** A value with values inside: a row of its own, or the elements of an array. */
  abstract static class Nested extends NestedValue {
    Nested(int present, int repetition, List<Leaf> leaves) {
      super(present, repetition, leaves);
    }

    /** Writes what is inside of a value that is not null. */
    abstract void content(TypedRecords records);

    @Override
    void put(TypedRecords records, RowLayout layout, int row, int field) {
      if (isNull()) {
        skip();
        return;
      }
      int start = records.builder().length();
      content(records);
      records.builder().endVariable(layout, row, field, start);
    }

    @Override
    void append(TypedRecords records, int array) {
      int start = records.builder().beginVariableElement(array);
      content(records);
      records.builder().endVariableElement(start);
    }
  }

  /** An object. */
  static final class Group extends Nested {
    private final ObjectPlan plan;
    private final @Nullable NestedValue[] children;
    private final boolean[] absent;
    private final List<Unknown> unknown;

    /**
     * @param children by field; null where the file has no such column
     * @param unknown further columns; they must have one where no child has
     */
    Group(
        ObjectPlan plan,
        int present,
        int repetition,
        @Nullable NestedValue[] children,
        List<Unknown> unknown) {
      super(present, repetition, leavesOf(children, unknown));
      this.plan = plan;
      this.children = children;
      this.unknown = unknown;
      absent = new boolean[children.length];
      for (int i = 0; i < children.length; i++) {
        absent[i] = children[i] == null;
      }
    }

    private static List<Leaf> leavesOf(@Nullable NestedValue[] children, List<Unknown> unknown) {
      List<Leaf> leaves = new ArrayList<>();
      for (NestedValue child : children) {
        if (child != null) {
          leaves.addAll(child.leaves);
        }
      }
      unknown.forEach(each -> leaves.add(each.leaf));
      return leaves;
    }

    @Override
    void content(TypedRecords records) {
      int start = records.builder().beginRow(plan.layout());
      for (int i = 0; i < children.length; i++) {
        NestedValue child = children[i];
        if (child != null) {
          child.put(records, plan.layout(), start, i);
        }
      }
      for (Unknown each : unknown) {
        each.note(records, plan);
      }
      records.requireFields(plan, start, absent);
    }
  }

  /** A list, or a map as a list of its entries. */
  static final class Elements extends Nested {
    private final FieldPlan plan;
    private final NestedValue element;
    private final int notEmpty;

    /**
     * @param plan of an element
     * @param notEmpty definition level from which on there is an element
     */
    Elements(FieldPlan plan, int present, int repetition, NestedValue element, int notEmpty) {
      super(present, repetition, element.leaves);
      this.plan = plan;
      this.element = element;
      this.notEmpty = notEmpty;
    }

    @Override
    void content(TypedRecords records) {
      int array = records.builder().beginArray();
      Leaf first = leaves.get(0);
      if (first.definition() < notEmpty) {
        skip();
        return;
      }
      boolean more = true;
      while (more) {
        if (element.isNull()) {
          records.builder().appendNullElement(array);
          records.missingElement(plan);
          element.skip();
        } else {
          element.append(records, array);
        }
        more = !first.isDone() && first.reader().getCurrentRepetitionLevel() > repetition;
      }
    }
  }

  /** Such a value as a top-level field. */
  record AsField(NestedValue value, RowLayout layout, int field) implements FieldSource {

    @Override
    public List<Leaf> leaves() {
      return value.leaves;
    }

    @Override
    public void fill(int count) {
      // Values are put together one row at a time.
    }

    @Override
    public void put(TypedRecords records, int row, int index) {
      value.put(records, layout, row, field);
    }

    @Override
    public void skip() {
      value.skip();
    }
  }
}
