package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import org.beammedallion.quality.schema.RecordSchema;

/** Rows that can be read one after another, in no order that is promised. */
public interface RowSource {

  /** All columns that there are. */
  RecordSchema schema() throws IOException;

  /**
   * Hands out rows until there are no more or the visitor has enough.
   *
   * @param wanted some of the columns, at least one; rows are encoded by this schema
   */
  void read(RecordSchema wanted, Visitor visitor) throws IOException;

  /** Takes an encoded row, which is valid until it returns. */
  interface Visitor {
    /**
     * Takes a row.
     *
     * @return whether more rows are wanted
     */
    boolean visit(byte[] bytes, int row, int length) throws IOException;
  }
}
