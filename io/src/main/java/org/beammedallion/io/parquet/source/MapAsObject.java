package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.JsonText;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.jspecify.annotations.Nullable;

/**
 * A map as an object: its keys are the names of the fields, others are fields that the contract
 * does not know. A map with one of the fields twice is a fault.
 */
final class MapAsObject extends NestedValue.Nested {

  /**
   * A map's columns.
   *
   * @param notEmpty definition level from which on there is an entry
   * @param entry repetition level of an entry
   * @param present definition level from which on an entry has a value
   * @param first of the value's leaves; null where the map has no values
   */
  record Entries(JsonPart key, int notEmpty, int entry, int present, @Nullable Leaf first) {}

  private final ObjectPlan plan;
  private final Entries entries;
  private final List<NestedValue> values;
  private final List<Leaf> below = new ArrayList<>();
  private final ColumnConversion conversion;
  private final boolean[] absent;

  /**
   * @param values by field, all of the same columns; empty where the map has no values
   * @param conversion of the field, for messages
   */
  MapAsObject(
      ObjectPlan plan,
      int present,
      int repetition,
      Entries entries,
      List<NestedValue> values,
      ColumnConversion conversion) {
    super(present, repetition, leavesOf(entries, values));
    this.plan = plan;
    this.entries = entries;
    this.values = values;
    this.conversion = conversion;
    absent = new boolean[plan.fields().size()];
    below.addAll(leaves.subList(entries.key.leaves.size(), leaves.size()));
  }

  private static List<Leaf> leavesOf(Entries entries, List<NestedValue> values) {
    Set<Leaf> leaves = new LinkedHashSet<>(entries.key.leaves);
    if (entries.first != null) {
      leaves.add(entries.first);
    }
    values.forEach(value -> leaves.addAll(value.leaves));
    return List.copyOf(leaves);
  }

  @Override
  void content(TypedRecords records) {
    int start = records.builder().beginRow(plan.layout());
    if (leaves.get(0).definition() < entries.notEmpty) {
      skip();
    } else {
      boolean[] seen = new boolean[absent.length];
      do {
        entry(records, start, seen);
      } while (entries.key.goesOn(repetition));
    }
    records.requireFields(plan, start, absent);
  }

  private void entry(TypedRecords records, int start, boolean[] seen) {
    JsonText text = new JsonText(TypedSettings.DEFAULT);
    entries.key.write(text);
    String key = text.raw();
    byte[] name = (key == null ? text.toString() : key).getBytes(StandardCharsets.UTF_8);
    int field = key == null ? -1 : plan.indexOf(name, 0, name.length);
    List<Leaf> read = List.of();
    if (field >= 0 && !seen[field]) {
      seen[field] = true;
      if (!values.isEmpty()) {
        values.get(field).put(records, plan.layout(), start, field);
        read = values.get(field).leaves;
      }
    } else if (field >= 0) {
      conversion.ofOtherShape("a map with the key '" + key + "' twice");
      Fault fault = conversion.fault();
      if (fault != null) {
        records.note(fault);
      }
    } else if (entries.first != null && entries.first.definition() >= entries.present) {
      records.unknown(plan, name);
    }
    for (Leaf leaf : below) {
      if (!read.contains(leaf)) {
        leaf.skip(entries.entry);
      }
    }
  }
}
