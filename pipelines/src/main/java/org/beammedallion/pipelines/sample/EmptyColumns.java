package org.beammedallion.pipelines.sample;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Columns without a value in any row of a sample, as of a contract that has a name which the source
 * has not. Not thread-safe.
 */
public final class EmptyColumns {

  private final RecordSchema schema;
  private final RowLayout layout;
  private final BitSet filled = new BitSet();
  private long rows;

  public EmptyColumns(RecordSchema schema) {
    this.schema = schema;
    this.layout = RowLayout.of(schema);
  }

  /** Takes a batch of the sample. */
  public void add(RowBatch batch) {
    int count = schema.fields().size();
    int header = 0;
    for (int row = 0; row < batch.count(); row++) {
      for (int i = filled.nextClearBit(0); i < count; i = filled.nextClearBit(i + 1)) {
        if (!layout.isNull(batch.bytes(), header + RowBatch.HEADER, i)) {
          filled.set(i);
        }
      }
      header = RowBatch.next(batch.bytes(), header);
    }
    rows += batch.count();
  }

  /** The columns; none where there was no row. */
  public List<Field> fields() {
    return rows == 0
        ? List.of()
        : IntStream.range(0, schema.fields().size())
            .filter(i -> !filled.get(i))
            .mapToObj(i -> schema.fields().get(i))
            .toList();
  }
}
