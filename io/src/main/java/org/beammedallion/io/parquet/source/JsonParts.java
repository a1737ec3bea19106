package org.beammedallion.io.parquet.source;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Unit;
import org.beammedallion.transforms.decode.typed.JsonText;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.jspecify.annotations.Nullable;

/**
 * Columns as JSON: groups are objects, lists of any form arrays, and values as {@link JsonText} has
 * them.
 */
final class JsonParts {

  /** Where leaves come from. */
  interface Leaves {
    /** The leaf of a path, or null where it cannot be read. */
    @Nullable Leaf of(List<String> path);
  }

  /**
   * How values are written.
   *
   * @param mapsAreObjects whether a map is an object with its keys in order; else an array of its
   *     entries
   * @param settings what NaN is, and bytes of which the schema says nothing
   */
  record Style(boolean mapsAreObjects, TypedSettings settings, LegacyCalendar calendar) {}

  private final MessageType file;
  private final Leaves source;
  private final Style style;

  JsonParts(MessageType file, Leaves source, Style style) {
    this.file = file;
    this.source = source;
    this.style = style;
  }

  /** A column with all that is below it; null where nothing of it can be read. */
  @Nullable JsonPart of(Type type, List<String> path) {
    JsonPart part = single(type, path);
    return part != null && type.getRepetition() == Repetition.REPEATED ? array(part, path) : part;
  }

  private @Nullable JsonPart single(Type type, List<String> path) {
    return type.isPrimitive() ? value(type, path) : group(type.asGroupType(), path);
  }

  /**
   * @param path of the repeated field
   */
  private JsonPart array(JsonPart element, List<String> path) {
    int notEmpty = definition(path);
    int repetition = repetition(path) - 1;
    return new JsonPart(element.name, element.leaves) {
      @Override
      void write(JsonText json) {
        json.beginArray();
        if (definition() < notEmpty) {
          skip(repetition);
        } else {
          do {
            json.next();
            element.write(json);
          } while (goesOn(repetition));
        }
        json.endArray();
      }
    };
  }

  private @Nullable JsonPart value(Type type, List<String> path) {
    Leaf leaf = source.of(path);
    if (leaf == null) {
      return null;
    }
    ColumnForm form = ColumnForm.of(type.asPrimitiveType());
    ColumnMeaning meaning = ColumnForm.meaning(type.asPrimitiveType(), style.settings());
    LongUnaryOperator calendar = style.calendar().of(form.calendar());
    int present = leaf.descriptor.getMaxDefinitionLevel();
    return new JsonPart(type.getName(), List.of(leaf)) {
      @Override
      void write(JsonText json) {
        if (leaf.definition() < present) {
          json.nothing();
        } else {
          scalar(json, leaf.reader(), form, meaning, calendar);
        }
        leaf.consume();
      }
    };
  }

  private @Nullable JsonPart group(GroupType group, List<String> path) {
    JsonPart content;
    if (ListShape.isList(group)) {
      Type repeated = group.getType(0);
      List<String> down = SourceColumns.child(path, repeated.getName());
      Type element = ListShape.elementBelow(group);
      JsonPart part =
          element == null
              ? single(repeated, down)
              : single(element, SourceColumns.child(down, element.getName()));
      content = part == null ? null : array(part, down);
    } else if (ListShape.isMap(group)) {
      content = map(group.getType(0), path);
    } else {
      content = object(group, path);
    }
    if (content == null) {
      return null;
    }
    int present = definition(path);
    int repetition = repetition(path);
    return new JsonPart(group.getName(), content.leaves) {
      @Override
      void write(JsonText json) {
        if (definition() < present) {
          json.nothing();
          skip(repetition);
        } else {
          content.write(json);
        }
      }
    };
  }

  private @Nullable JsonPart object(GroupType group, List<String> path) {
    List<JsonPart> parts = new ArrayList<>();
    List<Leaf> below = new ArrayList<>();
    for (Type child : group.getFields()) {
      JsonPart part = of(child, SourceColumns.child(path, child.getName()));
      if (part != null) {
        parts.add(part);
        below.addAll(part.leaves);
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    return new JsonPart(group.getName(), below) {
      @Override
      void write(JsonText json) {
        json.beginObject();
        for (JsonPart part : parts) {
          json.name(part.name);
          part.write(json);
        }
        json.endObject();
      }
    };
  }

  private @Nullable JsonPart map(Type repeated, List<String> path) {
    List<String> down = SourceColumns.child(path, repeated.getName());
    if (repeated.isPrimitive() || !style.mapsAreObjects()) {
      JsonPart entries = single(repeated, down);
      return entries == null ? null : array(entries, down);
    }
    GroupType entry = repeated.asGroupType();
    List<JsonPart> parts = new ArrayList<>();
    List<Leaf> below = new ArrayList<>();
    for (int i = 0; i < Math.min(2, entry.getFieldCount()); i++) {
      Type type = entry.getType(i);
      JsonPart part = of(type, SourceColumns.child(down, type.getName()));
      if (part == null) {
        return null;
      }
      parts.add(part);
      below.addAll(part.leaves);
    }
    int notEmpty = definition(down);
    int repetition = repetition(path);
    return new JsonPart(repeated.getName(), below) {
      @Override
      void write(JsonText json) {
        // The last of equal keys counts, as the format's specification has it.
        TreeMap<String, JsonText> sorted = new TreeMap<>();
        if (definition() < notEmpty) {
          skip(repetition);
        } else {
          do {
            JsonText key = new JsonText(style.settings());
            parts.get(0).write(key);
            JsonText value = new JsonText(style.settings());
            if (parts.size() > 1) {
              parts.get(1).write(value);
            } else {
              value.nothing();
            }
            if (!key.isExact() || key.isNull()) {
              json.noteInexact(); // Such a key could be taken for another one.
            }
            String raw = key.raw();
            sorted.put(raw == null ? key.toString() : raw, value);
          } while (goesOn(repetition));
        }
        json.beginObject();
        sorted.forEach(json::member);
        json.endObject();
      }
    };
  }

  private int definition(List<String> path) {
    return file.getMaxDefinitionLevel(path.toArray(String[]::new));
  }

  private int repetition(List<String> path) {
    return file.getMaxRepetitionLevel(path.toArray(String[]::new));
  }

  private static void scalar(
      JsonText json,
      ColumnReader reader,
      ColumnForm form,
      ColumnMeaning meaning,
      @Nullable LongUnaryOperator calendar) {
    switch (form.storage()) {
      case BOOLEAN -> json.bool(reader.getBoolean());
      case INT -> integer(json, reader.getInteger(), meaning, calendar);
      case UNSIGNED_INT -> integer(json, reader.getInteger() & 0xFFFF_FFFFL, meaning, null);
      case LONG -> integer(json, reader.getLong(), meaning, calendar);
      case FLOAT -> json.floating(reader.getFloat(), true);
      case DOUBLE -> json.floating(reader.getDouble(), false);
      case FLOAT16 -> json.floating(ColumnForm.float16(reader.getBinary()), true);
      case INT96 -> integer(json, ColumnForm.int96(reader.getBinary()), meaning, calendar);
      case UUID_BYTES -> json.text(ColumnForm.uuid(reader.getBinary()));
      case BYTES -> json.bytes(reader.getBinary().getBytes(), meaning);
    }
  }

  private static void integer(
      JsonText json, long value, ColumnMeaning meaning, @Nullable LongUnaryOperator calendar) {
    Unit unit = meaning.unit();
    if (calendar == null) {
      json.integer(value, meaning);
    } else if (unit == null) {
      json.integer(calendar.applyAsLong(value), meaning);
    } else {
      json.integer(
          calendar.applyAsLong(unit.toMicros(value)),
          ColumnMeaning.timestamp(Unit.MICROS, meaning.utc()));
    }
  }
}
