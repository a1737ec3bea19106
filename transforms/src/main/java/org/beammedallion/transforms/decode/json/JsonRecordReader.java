package org.beammedallion.transforms.decode.json;

import java.util.Arrays;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan.Passage;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object into a row, in one pass over its bytes, and validates also what the contract
 * does not know. Not thread-safe.
 */
public final class JsonRecordReader implements RecordReader {

  private static final int NONE = -1;

  private final ObjectPlan plan;
  private final RowBuilder builder;
  private final ValueWriter writer;
  private final Faults faults;
  private final JsonScanner scanner;

  private byte[] bytes = {};
  private int end;

  /** Bits of the fields met so far, for each object that is open, one above the other. */
  private long[] seen = new long[16];

  private int seenTop;

  public JsonRecordReader(ObjectPlan plan, int maxDepth, RowBuilder builder, Faults faults) {
    this(plan, maxDepth, builder, faults, new ValueWriter(builder));
  }

  public JsonRecordReader(
      ObjectPlan plan, int maxDepth, RowBuilder builder, Faults faults, ValueWriter writer) {
    this.plan = plan;
    this.builder = builder;
    this.faults = faults;
    this.writer = writer;
    this.scanner = new JsonScanner(maxDepth);
  }

  @Override
  public void read(byte[] text, int from, int to) throws MalformedRecord {
    scanner.reset(text, from, to);
    bytes = text;
    end = to;
    seenTop = 0;
    int p = scanner.afterSpace(from);
    if (scanner.at(p) != '{') {
      throw scanner.unexpected(p, "an object, which starts with '{'");
    }
    p = scanner.afterSpace(object(p, plan, 1));
    if (p < to) {
      throw scanner.unexpected(p, "nothing after the object");
    }
  }

  /**
   * Reads the value of a field that is an object or an array from a text of its own.
   *
   * @param at the row that the field is part of
   */
  public void readNested(FieldPlan field, int at, byte[] text, int from, int to)
      throws MalformedRecord {
    scanner.reset(text, from, to);
    bytes = text;
    end = to;
    seenTop = 0;
    int p = scanner.afterSpace(value(scanner.afterSpace(from), field, at, 0));
    if (p < to) {
      throw scanner.unexpected(p, "nothing after the value");
    }
  }

  /** Appends the object at {@code p} as a row. */
  private int object(int p, ObjectPlan object, int depth) throws MalformedRecord {
    scanner.checkDepth(p, depth);
    int row = builder.beginRow(object.layout);
    int seenBase = openSeen(object);
    int i = scanner.afterSpace(p + 1);
    if (scanner.at(i) == '}') {
      i++;
    } else {
      i = members(i, object, row, seenBase, depth);
    }
    checkRequired(object, row, seenBase);
    seenTop = seenBase;
    return i;
  }

  /**
   * Reads the members of an object and its closing brace. Names are first guessed to come in the
   * contract's order.
   */
  private int members(int p, ObjectPlan object, int row, int seenBase, int depth)
      throws MalformedRecord {
    FieldPlan[] fields = object.members;
    int next = 0;
    int i = p;
    while (true) {
      int name = scanner.afterOpeningQuote(i);
      int index;
      int quote = NONE;
      if (next < fields.length && fields[next].isNamedAt(bytes, name, end)) {
        index = next;
        i = name + fields[next].name.length + 1;
      } else {
        quote = scanner.closingQuote(name);
        index = indexOf(object, name, quote);
        i = quote + 1;
      }
      i = scanner.afterColon(i);
      if (index < 0) {
        i = otherMember(i, object, name, quote, row, seenBase, depth);
      } else {
        FieldPlan field = fields[index];
        if (wasSeen(seenBase, field.index)) {
          throw duplicate(name, field.label());
        }
        i = value(i, field, row, depth);
        next = index + 1;
      }
      i = scanner.afterSpace(i);
      if (scanner.at(i) == '}') {
        return i + 1;
      }
      i = scanner.afterComma(i, "'}'");
    }
  }

  private int indexOf(ObjectPlan object, int from, int quote) throws MalformedRecord {
    if (scanner.isEscaped()) {
      int length = scanner.unescape(from, quote);
      return object.indexOf(scanner.unescaped(), 0, length);
    }
    return object.indexOf(bytes, from, quote);
  }

  /**
   * Reads the value at {@code p} of a member that is no field; apart, so that the loop over members
   * stays small.
   */
  private int otherMember(
      int p, ObjectPlan object, int name, int quote, int row, int seenBase, int depth)
      throws MalformedRecord {
    Passage passage = passage(object, name, quote);
    if (passage == null) {
      if (scanner.at(p) != 'n') {
        faults.unknown().add(object, bytes, name, quote);
      }
      return scanner.afterValue(p, depth);
    } else if (wasSeen(seenBase, passage.seen())) {
      throw duplicate(name, "'" + passage.path() + "'");
    }
    return through(p, passage, row, seenBase, depth + 1);
  }

  private @Nullable Passage passage(ObjectPlan object, int from, int quote) throws MalformedRecord {
    if (scanner.isEscaped()) {
      int length = scanner.unescape(from, quote);
      return object.passage(scanner.unescaped(), 0, length);
    }
    return object.passage(bytes, from, quote);
  }

  /** Reads fields of the row at hand that stand in the object at {@code p}. */
  private int through(int p, Passage passage, int row, int seenBase, int depth)
      throws MalformedRecord {
    if (scanner.at(p) == '{') {
      scanner.checkDepth(p, depth);
      int i = scanner.afterSpace(p + 1);
      return scanner.at(i) == '}' ? i + 1 : members(i, passage.within(), row, seenBase, depth);
    }
    int next = scanner.afterValue(p, depth - 1);
    if (bytes[p] != 'n') {
      faults.noObject(passage, scanner.excerpt(p, next));
    }
    return next;
  }

  /** Reads the value at {@code p} of a field, or the next element of an array. */
  private int value(int p, FieldPlan field, int at, int depth) throws MalformedRecord {
    switch (scanner.at(p)) {
      case '"' -> {
        return string(p, field, at);
      }
      case '{' -> {
        writer.beforeStructure(field, bytes, p, end);
        if (field.kind == FieldPlan.Kind.OBJECT) {
          return nestedObject(p, field, at, depth + 1);
        }
      }
      case '[' -> {
        writer.beforeStructure(field, bytes, p, end);
        if (field.kind == FieldPlan.Kind.ARRAY) {
          return array(p, field, at, depth + 1);
        }
      }
      case 't' -> {
        int next = scanner.afterLiteral(p, "true");
        return checked(writer.bool(field, at, true), field, p, next);
      }
      case 'f' -> {
        int next = scanner.afterLiteral(p, "false");
        return checked(writer.bool(field, at, false), field, p, next);
      }
      case 'n' -> {
        int next = scanner.afterLiteral(p, "null");
        if (field.isElement()) {
          builder.appendNullElement(at);
          if (field.required) {
            faults.missing(field, "an element is null");
          }
        }
        return next;
      }
      default -> {
        int next = scanner.afterNumber(p);
        return checked(writer.number(field, at, scanner.number()), field, p, next);
      }
    }
    int next = scanner.afterValue(p, depth);
    return checked(writer.structure(field, at, bytes, p, next), field, p, next);
  }

  private int string(int p, FieldPlan field, int at) throws MalformedRecord {
    int from = p + 1;
    int quote = scanner.closingQuote(from);
    Mismatch mismatch;
    if (scanner.isEscaped()) {
      int length = scanner.unescape(from, quote);
      mismatch = writer.text(field, at, scanner.unescaped(), 0, length);
    } else {
      mismatch = writer.text(field, at, bytes, from, quote);
    }
    return checked(mismatch, field, p, quote + 1);
  }

  private int nestedObject(int p, FieldPlan field, int at, int depth) throws MalformedRecord {
    if (field.isElement()) {
      int start = builder.beginVariableElement(at);
      int next = object(p, field.object(), depth);
      builder.endVariableElement(start);
      return next;
    }
    int start = builder.length();
    int next = object(p, field.object(), depth);
    builder.endVariable(field.layout, at, field.index, start);
    return next;
  }

  private int array(int p, FieldPlan field, int at, int depth) throws MalformedRecord {
    scanner.checkDepth(p, depth);
    int start = field.isElement() ? builder.beginVariableElement(at) : builder.length();
    int array = builder.beginArray();
    FieldPlan element = field.element();
    int i = scanner.afterSpace(p + 1);
    if (scanner.at(i) == ']') {
      i++;
    } else {
      while (true) {
        i = scanner.afterSpace(value(i, element, array, depth));
        if (scanner.at(i) == ']') {
          i++;
          break;
        }
        i = scanner.afterComma(i, "']'");
      }
    }
    if (field.isElement()) {
      builder.endVariableElement(start);
    } else {
      builder.endVariable(field.layout, at, field.index, start);
    }
    return i;
  }

  private int checked(@Nullable Mismatch mismatch, FieldPlan field, int from, int next) {
    if (mismatch != null) {
      faults.mismatch(mismatch, field, scanner.excerpt(from, next));
    }
    return next;
  }

  private int openSeen(ObjectPlan object) {
    int base = seenTop;
    seenTop += object.seenWords;
    if (seenTop > seen.length) {
      seen = Arrays.copyOf(seen, seenTop * 2);
    }
    Arrays.fill(seen, base, seenTop, 0);
    return base;
  }

  /** Whether the object had the field or passage before; from now on it has. */
  private boolean wasSeen(int seenBase, int which) {
    int word = seenBase + (which >>> 6);
    long bit = 1L << which;
    boolean before = (seen[word] & bit) != 0;
    seen[word] |= bit;
    return before;
  }

  private MalformedRecord duplicate(int name, String what) {
    return scanner.malformed(name, "duplicate key: " + what + " appears twice in its object");
  }

  private void checkRequired(ObjectPlan object, int row, int seenBase) {
    FieldPlan missing = object.firstMissing(builder.bytes(), row);
    if (missing != null) {
      boolean present = (seen[seenBase + (missing.index >>> 6)] & (1L << missing.index)) != 0;
      faults.missing(missing, present ? "it is null" : "it is absent");
    }
  }
}
