package org.beammedallion.transforms.decode.change;

import java.util.List;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The key of a deleted row: read into a row of its own, then copied into one of the table's, in
 * which all other fields are null. Not thread-safe.
 */
public final class DeletedKey {

  private final RowLayout keyLayout;
  private final ObjectPlan plan;
  private final RowBuilder scratch = new RowBuilder(256);
  private final List<Integer> fields;
  private final RowLayout layout;
  private final RowBuilder builder;

  public DeletedKey(ChangeRows rows, RowLayout layout, RowBuilder builder) {
    this.keyLayout = RowLayout.of(rows.keySchema());
    this.plan = new ObjectPlan(keyLayout, "");
    this.fields = rows.keyFields();
    this.layout = layout;
    this.builder = builder;
  }

  /** How the key's fields are read. */
  public ObjectPlan plan() {
    return plan;
  }

  /** Where the key is to be written to, as one row. */
  public RowBuilder scratch() {
    return scratch;
  }

  public void clear() {
    scratch.truncate(0);
  }

  /** Notes a fault where a part of the key is missing. */
  public void requireComplete(Faults faults) {
    for (int i = 0; i < fields.size() && !faults.hasMismatch(); i++) {
      if (keyLayout.isNull(scratch.bytes(), 0, i)) {
        faults.unsupported(Operations.NO_KEY);
      }
    }
  }

  /** Appends the table's row; returns where it starts. */
  public int copy() {
    int row = builder.beginRow(layout);
    for (int i = 0; i < fields.size(); i++) {
      if (!keyLayout.isNull(scratch.bytes(), 0, i)) {
        builder.copyField(keyLayout, scratch.bytes(), 0, i, layout, row, fields.get(i));
      }
    }
    return row;
  }
}
