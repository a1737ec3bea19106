package org.beammedallion.io.parquet.source;

import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Some thousand values of a top-level column that is neither an object nor a list, converted in one
 * go.
 */
final class FlatField implements FieldSource {

  private static final byte VALUE = 0;
  private static final byte NULL = 1;
  private static final byte FAULT = 2;

  private final Leaf leaf;
  private final ColumnForm form;
  private final ColumnConversion conversion;
  private final RowLayout layout;
  private final int field;
  private final RowLayout.Storage storage;
  private final int present;

  private byte[] states = new byte[0];
  private long[] longs = new long[0];
  private int[] ends = new int[0];
  private byte[] bytes = new byte[256];
  private int used;
  private @Nullable Fault[] faults = new Fault[0];

  FlatField(Leaf leaf, ColumnForm form, ColumnConversion conversion, RowLayout layout, int field) {
    this.leaf = leaf;
    this.form = form;
    this.conversion = conversion;
    this.layout = layout;
    this.field = field;
    storage = layout.storage(field);
    present = leaf.descriptor.getMaxDefinitionLevel();
  }

  @Override
  public List<Leaf> leaves() {
    return List.of(leaf);
  }

  @Override
  public void fill(int count) {
    ColumnReader reader = leaf.reader();
    if (states.length < count) {
      states = new byte[count];
      longs = new long[storage.isVariable() ? 0 : count];
      ends = new int[storage.isVariable() ? count : 0];
    }
    if (conversion.isIdentity(form.bits())) {
      fillIdentical(reader, count);
    } else if (storage.isVariable()) {
      fillBytes(reader, count);
    } else {
      for (int i = 0; i < count; i++) {
        if (reader.getCurrentDefinitionLevel() < present) {
          states[i] = NULL;
        } else if (form.convert(reader, conversion)) {
          states[i] = VALUE;
          longs[i] = conversion.bits();
        } else {
          none(i);
        }
        reader.consume();
      }
    }
    leaf.consumed(count);
  }

  /** The most common columns have a loop of their own, which the compiler can inline. */
  private void fillIdentical(ColumnReader reader, int count) {
    boolean isInt = form.storage() == ColumnForm.Storage.INT;
    for (int i = 0; i < count; i++) {
      if (reader.getCurrentDefinitionLevel() < present) {
        states[i] = NULL;
      } else {
        states[i] = VALUE;
        longs[i] = isInt ? reader.getInteger() : reader.getLong();
      }
      reader.consume();
    }
  }

  private void fillBytes(ColumnReader reader, int count) {
    used = 0;
    for (int i = 0; i < count; i++) {
      if (reader.getCurrentDefinitionLevel() < present) {
        states[i] = NULL;
      } else if (form.convert(reader, conversion)) {
        states[i] = VALUE;
        int length = conversion.length();
        if (length > bytes.length - used) {
          bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(used, length)));
        }
        System.arraycopy(conversion.bytes(), conversion.from(), bytes, used, length);
        used += length;
      } else {
        none(i);
      }
      ends[i] = used;
      reader.consume();
    }
  }

  private void none(int index) {
    Fault fault = conversion.fault();
    states[index] = fault == null ? NULL : FAULT;
    if (fault != null) {
      if (faults.length < states.length) {
        faults = Arrays.copyOf(faults, states.length);
      }
      faults[index] = fault;
    }
  }

  @Override
  public void put(TypedRecords records, int row, int index) {
    if (states[index] == VALUE) {
      RowBuilder builder = records.builder();
      switch (storage) {
        case BOOLEAN -> builder.setBoolean(layout, row, field, longs[index] != 0);
        case INT, FLOAT -> builder.setInt(layout, row, field, (int) longs[index]);
        case LONG, DOUBLE -> builder.setLong(layout, row, field, longs[index]);
        default -> {
          int start = index == 0 ? 0 : ends[index - 1];
          builder.setBytes(layout, row, field, bytes, start, ends[index] - start);
        }
      }
    } else if (states[index] == FAULT) {
      Fault fault = faults[index];
      if (fault != null) {
        records.note(fault);
      }
    }
  }

  @Override
  public void skip() {
    // Values were read ahead.
  }
}
