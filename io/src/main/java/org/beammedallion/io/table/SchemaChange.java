package org.beammedallion.io.table;

import java.util.List;

/**
 * One thing in which a table differs from its contract, as what would have to be done to the table.
 *
 * @param path of the column by the contract's names, from the record down; an array's elements are
 *     called {@code element}. Of a column that only the table has, the table's names
 * @param stored the same path by the names that the table has now; of a new column, where it goes
 * @param from what the table has: a type or a name; empty where it has nothing
 * @param to what the contract has: a type or a name; empty where it has nothing
 */
public record SchemaChange(
    Kind kind, List<String> path, List<String> stored, String from, String to) {

  /** What a change means for those who read the table. */
  public enum Effect {
    /** Every query runs on. */
    COMPATIBLE,
    /** Queries that name the column fail; no value is misread. */
    REMOVING,
    /** The rows that are there cannot follow. */
    BREAKING
  }

  /** What differs. */
  public enum Kind {
    /** A column that rows of before lack. */
    ADD(Effect.COMPATIBLE),
    /** A type that holds more values. */
    WIDEN(Effect.COMPATIBLE),
    /** A column that may be null from now on. */
    RELAX(Effect.COMPATIBLE),
    /** Another name of the same column. */
    RENAME(Effect.REMOVING),
    /** A column that the contract has no more. */
    DROP(Effect.REMOVING),
    /** A column that rows of before lack, and must not. */
    ADD_REQUIRED(Effect.BREAKING),
    /** Another type, of which not every value is one. */
    RETYPE(Effect.BREAKING),
    /** Another name of a column by which the table is partitioned. */
    RENAME_PARTITION(Effect.BREAKING);

    private final Effect effect;

    Kind(Effect effect) {
      this.effect = effect;
    }

    public Effect effect() {
      return effect;
    }
  }

  public SchemaChange {
    path = List.copyOf(path);
    stored = List.copyOf(stored);
  }

  public Effect effect() {
    return kind.effect();
  }

  /** Whether it concerns a column of the table itself, and not a field inside one. */
  public boolean isTopLevel() {
    return stored.size() == 1;
  }

  /** A clause for messages. */
  public String describe() {
    String name = "'" + nameOf(path) + "'";
    return switch (kind) {
      case ADD -> name + " (" + to + ") is not in the table";
      case ADD_REQUIRED ->
          name
              + " ("
              + to
              + ") is not in the table and must not be null, and existing rows have no value for it";
      case WIDEN, RETYPE -> name + " is " + to + " by the contract and " + from + " in the table";
      case RELAX -> name + " may be null by the contract and may not in the table";
      case RENAME -> name + " is called '" + from + "' in the table";
      case RENAME_PARTITION ->
          name + " is called '" + from + "' in the table, which is partitioned by it";
      case DROP -> name + " is only in the table";
    };
  }

  static String nameOf(List<String> path) {
    return String.join(".", path).replace("." + TableColumn.ELEMENT, "[]");
  }
}
