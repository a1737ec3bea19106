package org.beammedallion.io.parquet.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a group are which fields of an object: by the physical name; by case alone where
 * only one column and one field come into question.
 */
final class ColumnMatch {

  private static final int NAMED = 8;

  private final @Nullable Type[] found;
  private final List<Type> unknown = new ArrayList<>();

  private ColumnMatch(@Nullable Type[] found) {
    this.found = found;
  }

  /**
   * @param own names of columns that are read by others
   * @param prefix of the group's columns in messages
   * @param warnings are added to
   */
  static ColumnMatch of(
      GroupType group,
      List<FieldPlan> fields,
      Set<String> own,
      String prefix,
      List<String> warnings)
      throws RefusedFileException {
    @Nullable Type[] found = new Type[fields.size()];
    Set<Type> taken = new HashSet<>();
    for (int i = 0; i < found.length; i++) {
      found[i] = exact(group, fields.get(i).physicalName(), prefix);
      if (found[i] != null) {
        taken.add(found[i]);
      }
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        List<Type> alike = alike(group, fields.get(i).physicalName(), taken, own);
        Type column = alike.size() == 1 && !hasRival(group, fields, i) ? alike.get(0) : null;
        found[i] = column;
        if (column == null && !alike.isEmpty()) {
          warnings.add(
              "has several columns that could be '"
                  + prefix
                  + fields.get(i).physicalName()
                  + "' and differ from it only in case: none of them was read. Set physicalName to the right one.");
        }
        if (column != null) {
          taken.add(column);
          warnings.add(
              "has no column '"
                  + prefix
                  + fields.get(i).physicalName()
                  + "'; '"
                  + column.getName()
                  + "' was used for it, which differs only in case. Set 'physicalName: "
                  + column.getName()
                  + "' in the contract if that is right.");
        }
      }
    }
    ColumnMatch match = new ColumnMatch(found);
    for (Type column : group.getFields()) {
      if (!taken.contains(column) && !own.contains(column.getName())) {
        match.unknown.add(column);
      }
    }
    if (prefix.isEmpty()) {
      match.warnOfStrangers(fields, warnings);
    }
    return match;
  }

  private void warnOfStrangers(List<FieldPlan> fields, List<String> warnings) {
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        absent.add(fields.get(i).physicalName());
      }
    }
    String strangers = FieldNames.strangers(absent, unknown.stream().map(Type::getName).toList());
    if (strangers != null) {
      warnings.add(warnings.isEmpty() ? strangers : "It " + strangers);
    }
  }

  static @Nullable Type exact(GroupType group, String name, String prefix)
      throws RefusedFileException {
    Type found = null;
    for (Type column : group.getFields()) {
      if (column.getName().equals(name)) {
        if (found != null) {
          throw new RefusedFileException(
              "has two columns of the name '"
                  + prefix
                  + name
                  + "', so the column is ambiguous. Have the source give each column a name of its own.");
        }
        found = column;
      }
    }
    return found;
  }

  /**
   * A column of a name that is no field: of this name, or the only one that differs in case alone
   * and is no field either; null where there is none.
   *
   * @param warnings are added to
   */
  static @Nullable Type own(
      GroupType group, String name, List<FieldPlan> fields, List<String> warnings)
      throws RefusedFileException {
    Type exact = exact(group, name, "");
    if (exact != null) {
      return exact;
    }
    Set<Type> taken = new HashSet<>();
    for (FieldPlan field : fields) {
      Type column = exact(group, field.physicalName(), "");
      if (column != null) {
        taken.add(column);
      }
    }
    List<Type> alike = alike(group, name, taken, Set.of());
    if (alike.size() != 1) {
      return null;
    }
    warnings.add(
        "has no column '"
            + name
            + "'; '"
            + alike.get(0).getName()
            + "' was used for it, which differs only in case. Give its name in 'dms' in the pipeline file if that is right.");
    return alike.get(0);
  }

  private static List<Type> alike(GroupType group, String name, Set<Type> taken, Set<String> own) {
    List<Type> alike = new ArrayList<>();
    for (Type column : group.getFields()) {
      if (column.getName().equalsIgnoreCase(name)
          && !taken.contains(column)
          && !own.contains(column.getName())) {
        alike.add(column);
      }
    }
    return alike;
  }

  /** Whether another field that has no column of its own name may mean the same column. */
  private static boolean hasRival(GroupType group, List<FieldPlan> fields, int index) {
    String name = fields.get(index).physicalName();
    for (int i = 0; i < fields.size(); i++) {
      String other = fields.get(i).physicalName();
      if (i != index && other.equalsIgnoreCase(name) && !group.containsField(other)) {
        return true;
      }
    }
    return false;
  }

  /** The column of a field, or null where the group has none. */
  @Nullable Type found(int field) {
    return found[field];
  }

  /** Columns that are no fields. */
  List<Type> unknown() {
    return unknown;
  }

  boolean isNone() {
    for (Type column : found) {
      if (column != null) {
        return false;
      }
    }
    return true;
  }

  /** The names of a group's columns, as far as they fit into a message. */
  static String names(GroupType group) {
    StringBuilder names = new StringBuilder();
    int count = 0;
    for (Type column : group.getFields()) {
      if (count == NAMED) {
        names.append(" and ").append(group.getFieldCount() - NAMED).append(" more");
        break;
      }
      names.append(count == 0 ? "'" : ", '").append(column.getName()).append('\'');
      count++;
    }
    return count == 0 ? "none" : names.toString();
  }
}
