package org.beammedallion.io.parquet.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object or an array row by row, putting it together from its leaf columns by their
 * levels.
 */
final class NestedField implements FieldReader {

  /** A leaf column; its reader is that of the row group at hand. */
  static final class Leaf {
    final ColumnDescriptor descriptor;
    private @Nullable ColumnReader reader;

    Leaf(ColumnDescriptor descriptor) {
      this.descriptor = descriptor;
    }

    ColumnReader reader() {
      ColumnReader open = reader;
      if (open == null) {
        throw new IllegalStateException("No row group is open.");
      }
      return open;
    }

    int definition() {
      return reader().getCurrentDefinitionLevel();
    }
  }

  /** Some part of the value. */
  abstract static class Node {
    final Storage storage;

    /** The value is there from this definition level on; below it is null. */
    final int present;

    /** Every leaf below, one at least. */
    final List<Leaf> leaves;

    Node(Storage storage, int present, List<Leaf> leaves) {
      this.storage = storage;
      this.present = present;
      this.leaves = leaves;
    }

    boolean isNull() {
      return leaves.get(0).definition() < present;
    }

    /** Passes over one null or empty value, which stands once in each leaf. */
    void skip() {
      for (Leaf leaf : leaves) {
        leaf.reader().consume();
      }
    }

    /** Appends a value that is not null, and passes over it. */
    abstract void append(RowBuilder builder);
  }

  static final class LeafNode extends Node {
    private final Conversion conversion;
    private final Leaf leaf;

    LeafNode(Leaf leaf, Conversion conversion, Storage storage) {
      super(storage, leaf.descriptor.getMaxDefinitionLevel(), List.of(leaf));
      this.leaf = leaf;
      this.conversion = conversion;
    }

    long longValue() {
      return conversion instanceof Conversion.ToLong toLong ? toLong.of(leaf.reader()) : 0;
    }

    @Override
    void append(RowBuilder builder) {
      if (conversion instanceof Conversion.ToBytes toBytes) {
        Binary value = toBytes.of(leaf.reader());
        byte[] bytes = value.getBytesUnsafe();
        builder.append(bytes, 0, bytes.length);
      } else {
        long value = longValue();
        switch (storage.width()) {
          case 1 -> builder.appendByte((int) value);
          case 4 -> builder.appendInt((int) value);
          default -> builder.appendLong(value);
        }
      }
      leaf.reader().consume();
    }
  }

  static final class ObjectNode extends Node {
    private final RowLayout layout;
    private final @Nullable Node[] children;

    /** Leaves that tell whether the object is there, and hold nothing that is wanted. */
    private final List<Leaf> witnesses;

    /** The repetition level of the object itself. */
    private final int repetition;

    ObjectNode(
        RowLayout layout,
        int present,
        int repetition,
        @Nullable Node[] children,
        List<Leaf> witnesses) {
      super(Storage.OBJECT, present, leavesOf(children, witnesses));
      this.repetition = repetition;
      this.layout = layout;
      this.children = children;
      this.witnesses = witnesses;
    }

    private static List<Leaf> leavesOf(@Nullable Node[] children, List<Leaf> witnesses) {
      List<Leaf> leaves = new ArrayList<>(witnesses);
      for (Node child : children) {
        if (child != null) {
          leaves.addAll(child.leaves);
        }
      }
      return leaves;
    }

    @Override
    void append(RowBuilder builder) {
      int row = builder.beginRow(layout);
      for (int i = 0; i < children.length; i++) {
        Node child = children[i];
        if (child != null) {
          set(child, builder, layout, row, i);
        }
      }
      for (Leaf witness : witnesses) {
        // Any further values of this object: what repeats deeper than the object itself.
        do {
          witness.reader().consume();
        } while (witness.reader().getCurrentRepetitionLevel() > repetition);
      }
    }
  }

  static final class ArrayNode extends Node {
    private final Node element;
    private final int notEmpty;
    private final int repetition;

    /**
     * @param notEmpty definition level from which on there is an element
     * @param repetition level of a further element
     */
    ArrayNode(int present, Node element, int notEmpty, int repetition) {
      super(Storage.ARRAY, present, element.leaves);
      this.element = element;
      this.notEmpty = notEmpty;
      this.repetition = repetition;
    }

    @Override
    void append(RowBuilder builder) {
      int array = builder.beginArray();
      Leaf first = leaves.get(0);
      if (first.definition() < notEmpty) {
        skip();
        return;
      }
      do {
        if (element.isNull()) {
          builder.appendNullElement(array);
          element.skip();
        } else if (element.storage.isVariable()) {
          int start = builder.beginVariableElement(array);
          element.append(builder);
          builder.endVariableElement(start);
        } else {
          builder.beginFixedElement(array);
          element.append(builder);
        }
      } while (first.reader().getCurrentRepetitionLevel() == repetition);
    }
  }

  private final Node node;
  private final int field;

  NestedField(Node node, int field) {
    this.node = node;
    this.field = field;
  }

  @Override
  public void startGroup(ColumnReadStore store) {
    for (Leaf leaf : node.leaves) {
      leaf.reader = store.getColumnReader(leaf.descriptor);
    }
  }

  @Override
  public void fill(int count) {
    // Values are put together one row at a time.
  }

  @Override
  public void put(RowBuilder builder, RowLayout layout, int row, int index) {
    set(node, builder, layout, row, field);
  }

  private static void set(Node node, RowBuilder builder, RowLayout layout, int row, int field) {
    if (node.isNull()) {
      node.skip();
    } else if (node.storage.isVariable()) {
      int start = builder.length();
      node.append(builder);
      builder.endVariable(layout, row, field, start);
    } else if (node instanceof LeafNode leaf) {
      switch (node.storage.width()) {
        case 1 -> builder.setBoolean(layout, row, field, leaf.longValue() != 0);
        case 4 -> builder.setInt(layout, row, field, (int) leaf.longValue());
        default -> builder.setLong(layout, row, field, leaf.longValue());
      }
      leaf.leaf.reader().consume();
    }
  }
}
