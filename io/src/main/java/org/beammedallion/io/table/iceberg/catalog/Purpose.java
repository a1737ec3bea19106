package org.beammedallion.io.table.iceberg.catalog;

/** What a table is wanted for. */
public enum Purpose {
  READ("read"),
  SEARCH("searched for files that nothing refers to"),
  WRITE("written"),
  EVOLVE("changed"),
  COMPACT("compacted"),
  EXPIRE("expired"),
  ROLL_BACK("rolled back");

  private final String done;

  Purpose(String done) {
    this.done = done;
  }

  /** Whether nothing at all may be touched, not even in the catalog. */
  public boolean onlyLooks() {
    return this == READ || this == SEARCH;
  }

  /** What the table then is, such as {@code written}. */
  @Override
  public String toString() {
    return done;
  }
}
