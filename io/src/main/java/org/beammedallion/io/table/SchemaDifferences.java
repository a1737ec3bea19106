package org.beammedallion.io.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.io.table.SchemaChange.Kind;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/** Compares the columns that a contract wants with those that a table has. Pure. */
public final class SchemaDifferences {

  private final Set<String> partitionSources;
  private final boolean computed;
  private final List<SchemaChange> changes = new ArrayList<>();
  private final List<List<String>> nullable = new ArrayList<>();

  private SchemaDifferences(Set<String> partitionSources, boolean computed) {
    this.partitionSources = partitionSources;
    this.computed = computed;
  }

  /**
   * What would have to be done to a table of that layout; empty where nothing has to.
   *
   * @param wanted the layout's columns that are compared
   */
  public static List<SchemaChange> of(
      TableLayout layout, RecordSchema wanted, List<TableColumn> table) {
    SchemaDifferences differences =
        new SchemaDifferences(layout.partitionSources(), layout.isComputed());
    differences.compare(wanted, table, List.of(), List.of());
    return List.copyOf(differences.changes);
  }

  /**
   * What would have to be done to the table; empty where nothing has to.
   *
   * @param partitionSources names, by the contract, of the fields that partitions are made from
   */
  public static List<SchemaChange> between(
      RecordSchema contract, List<TableColumn> table, Set<String> partitionSources) {
    SchemaDifferences differences = new SchemaDifferences(partitionSources, false);
    differences.compare(contract, table, List.of(), List.of());
    return List.copyOf(differences.changes);
  }

  /**
   * The fields that the contract requires and the table does not: rows of before may lack them.
   *
   * @return their paths, see {@link SchemaChange#path}
   */
  public static List<List<String>> nullable(RecordSchema contract, List<TableColumn> table) {
    SchemaDifferences differences = new SchemaDifferences(Set.of(), false);
    differences.compare(contract, table, List.of(), List.of());
    return List.copyOf(differences.nullable);
  }

  /**
   * The name of the column that holds a field: its own, or else a former one that the contract gave
   * to no other; null where the table has no such column.
   */
  public static @Nullable String storedName(
      Field field, RecordSchema contract, Set<String> tableNames) {
    if (tableNames.contains(field.name())) {
      return field.name();
    }
    for (String former : field.formerNames()) {
      if (tableNames.contains(former) && contract.indexOf(former) < 0) {
        return former;
      }
    }
    return null;
  }

  private void compare(
      RecordSchema contract, List<TableColumn> table, List<String> path, List<String> stored) {
    Map<String, TableColumn> columns = new LinkedHashMap<>();
    table.forEach(column -> columns.put(column.name(), column));
    Set<String> held = new HashSet<>();
    for (Field field : contract.fields()) {
      List<String> here = child(path, field.name());
      String name = storedName(field, contract, columns.keySet());
      TableColumn column = columns.get(name);
      if (name == null || column == null) {
        add(field, here, child(stored, field.name()));
        continue;
      }
      held.add(name);
      List<String> there = child(stored, name);
      if (!name.equals(field.name())) {
        boolean partition = path.isEmpty() && partitionSources.contains(field.name());
        change(partition ? Kind.RENAME_PARTITION : Kind.RENAME, here, there, name, field.name());
      }
      compare(field, column, here, there);
    }
    for (TableColumn column : table) {
      if (!held.contains(column.name())) {
        List<String> there = child(stored, column.name());
        change(Kind.DROP, child(path, column.name()), there, column.type(), "");
      }
    }
  }

  private void add(Field field, List<String> path, List<String> stored) {
    String type = TableColumn.of(RecordSchema.of(field)).get(0).type();
    boolean lacking = field.required() && !computed;
    change(lacking ? Kind.ADD_REQUIRED : Kind.ADD, path, stored, "", type);
  }

  private void compare(Field field, TableColumn column, List<String> path, List<String> stored) {
    if (field.type() instanceof FieldType.ObjectType object && column.isObject()) {
      compare(object.schema(), column.fields(), path, stored);
    } else if (field.type() instanceof FieldType.ArrayType array && column.element() != null) {
      compare(
          array.element(),
          column.element(),
          child(path, TableColumn.ELEMENT),
          child(stored, TableColumn.ELEMENT));
    } else {
      TableColumn wanted = TableColumn.of(RecordSchema.of(field)).get(0);
      if (!wanted.type().equals(column.type())) {
        boolean wider = TableColumn.widens(column.plain(), wanted.plain());
        change(wider ? Kind.WIDEN : Kind.RETYPE, path, stored, column.type(), wanted.type());
      }
    }
    if (!field.required() && column.required()) {
      change(Kind.RELAX, path, stored, "", "");
    } else if (field.required() && !column.required()) {
      nullable.add(path);
    }
  }

  private void change(Kind kind, List<String> path, List<String> stored, String from, String to) {
    changes.add(new SchemaChange(kind, path, stored, from, to));
  }

  private static List<String> child(List<String> path, String name) {
    List<String> child = new ArrayList<>(path);
    child.add(name);
    return child;
  }
}
