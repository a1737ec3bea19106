package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.JsonFieldPath;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object, prepared for reading and found by the bytes of their physical names.
 * Immutable.
 */
public final class ObjectPlan {

  /** A field and the names of the members that lead to it from a record. */
  private record Place(FieldPlan field, List<String> names) {}

  /**
   * A member whose value is an object in which fields of the same row stand.
   *
   * @param within the fields that stand in it, and its own passages
   * @param seen number of its bit among those of the row's fields
   * @param path as messages name it
   * @param first a field that is found through it
   */
  public record Passage(ObjectPlan within, int seen, String path, FieldPlan first) {}

  public final RowLayout layout;

  /** What stands before the names of fields in messages. */
  final String prefix;

  /** Every field that is read from records, in the order of the layout. */
  public final FieldPlan[] fields;

  /** The fields that are filled from metadata. */
  private final List<FieldPlan> filled;

  /** The fields that are members of the object itself. */
  public final FieldPlan[] members;

  /** Words of 64 bits that a bit for each field and passage takes. */
  public final int seenWords;

  private final NameTable memberNames;
  private final List<Passage> passages;
  private final NameTable passageNames;

  public ObjectPlan(RowLayout layout, String prefix) {
    this(layout, prefix, layout.fieldCount());
  }

  /**
   * @param count number of fields of the layout, from the first, that are read from records
   */
  public ObjectPlan(RowLayout layout, String prefix, int count) {
    this(
        layout,
        prefix,
        places(layout, prefix, count, false),
        0,
        new AtomicInteger(layout.fieldCount()));
  }

  private ObjectPlan(
      RowLayout layout, String prefix, List<Place> places, int level, AtomicInteger bits) {
    this.layout = layout;
    this.prefix = prefix;
    this.fields =
        level > 0 ? new FieldPlan[0] : places.stream().map(Place::field).toArray(FieldPlan[]::new);
    this.filled = level > 0 ? List.of() : filled(layout, prefix);
    List<FieldPlan> direct = new ArrayList<>();
    Map<String, List<Place>> below = new LinkedHashMap<>();
    for (Place place : places) {
      if (place.names().size() == level + 1) {
        direct.add(place.field());
      } else {
        below.computeIfAbsent(place.names().get(level), name -> new ArrayList<>()).add(place);
      }
    }
    this.members = direct.toArray(FieldPlan[]::new);
    requireDistinct(below);
    this.memberNames = new NameTable(direct.stream().map(field -> field.name).toList());
    this.passages = new ArrayList<>();
    below.forEach(
        (name, within) ->
            passages.add(
                new Passage(
                    new ObjectPlan(layout, prefix + name + ".", within, level + 1, bits),
                    bits.getAndIncrement(),
                    prefix + name,
                    within.get(0).field())));
    this.passageNames =
        new NameTable(
            below.keySet().stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList());
    this.seenWords = (bits.get() + Long.SIZE - 1) / Long.SIZE;
  }

  /** Whether a member has the name of a field that metadata fills: the contract knows it. */
  boolean fillsOtherwise(byte[] bytes, int from, int to) {
    for (FieldPlan field : filled) {
      if (Arrays.equals(field.name, 0, field.name.length, bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The fields of a JSON record, whose physical names may be paths into its objects.
   *
   * @throws IllegalArgumentException where a path is none, or two fields stand in one place
   */
  public static ObjectPlan ofJson(RowLayout layout) {
    return new ObjectPlan(
        layout,
        "",
        places(layout, "", layout.fieldCount(), true),
        0,
        new AtomicInteger(layout.fieldCount()));
  }

  private static List<Place> places(RowLayout layout, String prefix, int count, boolean paths) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!layout.schema().fields().get(i).isOfRecord()) {
        continue;
      }
      String name = layout.schema().fields().get(i).physicalName();
      List<String> names = paths ? JsonFieldPath.names(name) : List.of(name);
      places.add(new Place(FieldPlan.of(layout, i, prefix, names.get(names.size() - 1)), names));
    }
    return places;
  }

  private static List<FieldPlan> filled(RowLayout layout, String prefix) {
    List<FieldPlan> filled = new ArrayList<>();
    List<Field> all = layout.schema().fields();
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).isOfRecord()) {
        filled.add(FieldPlan.of(layout, i, prefix, all.get(i).name()));
      }
    }
    return List.copyOf(filled);
  }

  private void requireDistinct(Map<String, List<Place>> below) {
    Map<String, FieldPlan> names = new LinkedHashMap<>();
    for (FieldPlan field : members) {
      String name = new String(field.name, StandardCharsets.UTF_8);
      if (names.put(name, field) != null) {
        throw new IllegalArgumentException(
            field.label()
                + " has the same physical name as another field: give each field of an object its own.");
      }
    }
    below.forEach(
        (name, places) -> {
          FieldPlan whole = names.get(name);
          if (whole != null) {
            throw new IllegalArgumentException(
                whole.label()
                    + " takes the object as a whole, and "
                    + places.get(0).field().label()
                    + " a part of it: use one of the two.");
          }
        });
  }

  /** Every field, at any depth, elements of arrays among them. */
  public void forEachField(Consumer<FieldPlan> consumer) {
    for (FieldPlan field : fields) {
      visit(field, consumer);
    }
  }

  private static void visit(FieldPlan field, Consumer<FieldPlan> consumer) {
    consumer.accept(field);
    if (field.kind == FieldPlan.Kind.OBJECT) {
      field.object().forEachField(consumer);
    } else if (field.kind == FieldPlan.Kind.ARRAY) {
      visit(field.element(), consumer);
    }
  }

  /** The physical names of the fields, in their order. */
  public List<String> names() {
    return Arrays.stream(fields)
        .map(field -> new String(field.name, StandardCharsets.UTF_8))
        .toList();
  }

  public List<FieldPlan> fields() {
    return List.of(fields);
  }

  /** The fields of the row that no record has, and that are filled from metadata. */
  public List<FieldPlan> filled() {
    return filled;
  }

  public RowLayout layout() {
    return layout;
  }

  /**
   * Which of the members the name in {@code [from, to)} is, or -1 where it is none of them. Without
   * paths the members are the fields.
   */
  public int indexOf(byte[] bytes, int from, int to) {
    return memberNames.indexOf(bytes, from, to);
  }

  /** The passage of that name, or null where there is none. */
  public @Nullable Passage passage(byte[] bytes, int from, int to) {
    if (passages.isEmpty()) {
      return null;
    }
    int index = passageNames.indexOf(bytes, from, to);
    return index < 0 ? null : passages.get(index);
  }

  /** The first required field that is null in a row, or null where the row has them all. */
  public @Nullable FieldPlan firstMissing(byte[] bytes, int row) {
    for (FieldPlan field : fields) {
      if (field.required && layout.isNull(bytes, row, field.index)) {
        return field;
      }
    }
    return null;
  }
}
