package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.SchemaChange.Kind;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.io.table.TableColumn;
import org.beammedallion.io.table.TableEvolution;
import org.beammedallion.io.table.iceberg.catalog.Purpose;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * Brings an Iceberg table to its contract. Files tell columns by numbers, and every reader widens
 * what it reads, so no change needs a file to be rewritten.
 */
final class IcebergEvolution implements TableEvolution {

  /** The contract by which the table's columns are. */
  static final String CONTRACT_VERSION = CommitNames.PREFIX + "contract-version";

  /** Changes after which a column is a new one. */
  private static final Set<Kind> NEW = Set.of(Kind.ADD, Kind.ADD_REQUIRED, Kind.RETYPE);

  private final IcebergTable table;
  private final String contractVersion;

  IcebergEvolution(IcebergTable table, String contractVersion) {
    this.table = table;
    this.contractVersion = contractVersion;
  }

  @Override
  public Difference difference() throws IOException {
    Optional<Difference> found =
        table.inSession(
            Purpose.READ,
            session -> {
              BaseTable loaded = table.load(session);
              return loaded == null ? Optional.empty() : Optional.of(difference(loaded));
            });
    if (found.isEmpty()) {
      IcebergChecks.requireNoOtherFormat(table.uri(), table.storage());
    }
    return found.orElseGet(() -> new Difference(List.of(), null));
  }

  private Difference difference(BaseTable loaded) {
    List<SchemaChange> changes = table.differences(loaded);
    return new Difference(
        changes,
        loaded.properties().get(CONTRACT_VERSION),
        changes.isEmpty() || !canBeginAgain(loaded, changes));
  }

  /**
   * Whether there are no rows, and no column that the partitions are made from has another type.
   */
  private boolean canBeginAgain(BaseTable loaded, List<SchemaChange> changes) {
    return IcebergTable.isEmpty(loaded)
        && changes.stream()
            .noneMatch(
                change ->
                    change.kind() == Kind.RENAME_PARTITION
                        || (change.kind() == Kind.RETYPE
                            && table.layout().partitionSources().contains(change.path().get(0))));
  }

  @Override
  public List<SchemaChange> apply(List<SchemaChange> expected) throws IOException {
    return table.inSession(
        Purpose.EVOLVE,
        session -> {
          BaseTable loaded = table.load(session);
          if (loaded == null || !table.differences(loaded).equals(expected)) {
            throw moved(null);
          }
          try {
            commit(loaded, expected);
          } catch (CommitFailedException | ValidationException e) {
            throw moved(e);
          }
          return List.of();
        });
  }

  private void commit(BaseTable loaded, List<SchemaChange> changes) {
    Transaction transaction = loaded.newTransaction();
    UpdateSchema update = transaction.updateSchema();
    changes.forEach(change -> apply(change, update));
    order(changes, loaded, update);
    update.commit();
    if (!contractVersion.isEmpty()) {
      transaction.updateProperties().set(CONTRACT_VERSION, contractVersion).commit();
    }
    transaction.commitTransaction();
  }

  private void apply(SchemaChange change, UpdateSchema update) {
    String column = String.join(".", change.stored());
    String name = change.path().get(change.path().size() - 1);
    switch (change.kind()) {
      case ADD, ADD_REQUIRED -> add(change, update);
      case RETYPE -> {
        update.deleteColumn(column);
        add(change, update);
      }
      case WIDEN -> update.updateColumn(column, typeAt(change.path()).asPrimitiveType());
      case RELAX -> update.makeColumnOptional(column);
      case RENAME -> update.renameColumn(column, name);
      case DROP -> update.deleteColumn(column);
      case RENAME_PARTITION ->
          throw new IllegalArgumentException(
              "A table cannot follow its contract where " + change.describe() + ".");
    }
  }

  private void add(SchemaChange change, UpdateSchema update) {
    List<String> stored = change.stored();
    String parent =
        change.isTopLevel() ? null : String.join(".", stored.subList(0, stored.size() - 1));
    String name = change.path().get(change.path().size() - 1);
    update.addColumn(parent, name, typeAt(change.path()));
  }

  /** The contract's type of a column, given its path. */
  private Type typeAt(List<String> path) {
    FieldType type = new FieldType.ObjectType(table.layout().stored());
    for (String name : path) {
      if (type instanceof FieldType.ObjectType object) {
        type = object.schema().field(name).type();
      } else if (type instanceof FieldType.ArrayType array && name.equals(TableColumn.ELEMENT)) {
        type = array.element().type();
      }
    }
    return IcebergTypes.typeOf(type);
  }

  /** New columns stand where the contract has them; Iceberg puts them last. */
  private void order(List<SchemaChange> changes, BaseTable loaded, UpdateSchema update) {
    RecordSchema contract = table.layout().stored();
    Set<String> names = new HashSet<>();
    for (NestedField column : loaded.schema().columns()) {
      names.add(column.name());
    }
    for (SchemaChange change : changes) {
      if (NEW.contains(change.kind()) && change.isTopLevel()) {
        String name = change.path().get(0);
        int index = contract.indexOf(name);
        if (index == 0) {
          update.moveFirst(name);
        } else {
          Field before = contract.fields().get(index - 1);
          String stored = SchemaDifferences.storedName(before, contract, names);
          update.moveAfter(name, stored == null ? before.name() : stored);
        }
      }
    }
  }

  @Override
  public void rewrite(List<SchemaChange> expected, List<DataFile> adds, List<DataFile> removes) {
    throw new IllegalStateException("No change of an Iceberg table leaves files to be rewritten.");
  }

  private ConcurrentCommitException moved(@org.jspecify.annotations.Nullable Throwable cause) {
    return new ConcurrentCommitException(
        "The Iceberg table '"
            + table.uri()
            + "' has different columns now: somebody else has changed it. Nothing was changed; run again.",
        cause);
  }
}
