package org.beammedallion.io.parquet.source;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A struct of Thrift's compact protocol, whatever its fields are: read and written again it has the
 * same fields, those among them that we do not know. Work and memory of reading are bounded by the
 * number of bytes. Not thread-safe.
 */
final class ThriftStruct {

  static final int TRUE = 1;
  static final int FALSE = 2;
  private static final int BYTE = 3;
  static final int I16 = 4;
  static final int I32 = 5;
  static final int I64 = 6;
  private static final int DOUBLE = 7;
  static final int BINARY = 8;
  static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  static final int STRUCT = 12;
  private static final int UUID = 13;

  private static final int MAX_DEPTH = 32;
  private static final int SHORT_LIST = 15;

  /**
   * A field.
   *
   * @param value a Boolean, a Long, a byte array, a {@link ThriftList} or a struct
   */
  private record Field(int id, int type, Object value) {}

  /** Elements of one type. */
  record ThriftList(int elementType, List<Object> elements) {}

  /** Keys and values in turn. */
  private record ThriftMap(int keyType, int valueType, List<Object> entries) {}

  /** Says that bytes are no such struct. */
  static final class BrokenThriftException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenThriftException(String message) {
      super(message);
    }
  }

  private final List<Field> fields = new ArrayList<>();

  static ThriftStruct read(byte[] bytes) throws BrokenThriftException {
    return new Input(bytes).struct(0);
  }

  private @Nullable Object value(int id) {
    for (Field field : fields) {
      if (field.id == id) {
        return field.value;
      }
    }
    return null;
  }

  boolean has(int id) {
    return value(id) != null;
  }

  /** The number of the first field; 0 where there is none. */
  int firstField() {
    return fields.isEmpty() ? 0 : fields.get(0).id;
  }

  long number(int id, long otherwise) {
    return value(id) instanceof Long number ? number : otherwise;
  }

  @Nullable ThriftStruct struct(int id) {
    return value(id) instanceof ThriftStruct struct ? struct : null;
  }

  @Nullable String text(int id) {
    return value(id) instanceof byte[] bytes
        ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
        : null;
  }

  /** The structs of a list; none where there is no such list. */
  List<ThriftStruct> structs(int id) {
    List<ThriftStruct> structs = new ArrayList<>();
    if (value(id) instanceof ThriftList list) {
      for (Object element : list.elements) {
        if (element instanceof ThriftStruct struct) {
          structs.add(struct);
        }
      }
    }
    return structs;
  }

  /** Sets a field, at its place in the order of numbers. */
  void set(int id, int type, Object value) {
    int i = 0;
    while (i < fields.size() && fields.get(i).id < id) {
      i++;
    }
    if (i < fields.size() && fields.get(i).id == id) {
      fields.set(i, new Field(id, type, value));
    } else {
      fields.add(i, new Field(id, type, value));
    }
  }

  void set(int id, List<ThriftStruct> structs) {
    set(id, LIST, new ThriftList(STRUCT, new ArrayList<>(structs)));
  }

  void set(int id, String text) {
    set(id, BINARY, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  void remove(int id) {
    fields.removeIf(field -> field.id == id);
  }

  /** The same fields, which can be set without changing these. */
  ThriftStruct copy() {
    ThriftStruct copy = new ThriftStruct();
    copy.fields.addAll(fields);
    return copy;
  }

  byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    return out.toByteArray();
  }

  private void write(ByteArrayOutputStream out) {
    int last = 0;
    for (Field field : fields) {
      int type = field.value instanceof Boolean flag ? (flag ? TRUE : FALSE) : field.type;
      int delta = field.id - last;
      if (delta > 0 && delta <= 15) {
        out.write(delta << 4 | type);
      } else {
        out.write(type);
        writeNumber(out, field.id);
      }
      if (!(field.value instanceof Boolean)) {
        write(out, field.type, field.value);
      }
      last = field.id;
    }
    out.write(0);
  }

  private static void write(ByteArrayOutputStream out, int type, Object value) {
    if (value instanceof ThriftStruct struct) {
      struct.write(out);
    } else if (value instanceof ThriftList list) {
      int size = list.elements.size();
      if (size < SHORT_LIST) {
        out.write(size << 4 | list.elementType);
      } else {
        out.write(SHORT_LIST << 4 | list.elementType);
        writeVarint(out, size);
      }
      list.elements.forEach(element -> write(out, list.elementType, element));
    } else if (value instanceof ThriftMap map) {
      writeVarint(out, map.entries.size() / 2);
      if (!map.entries.isEmpty()) {
        out.write(map.keyType << 4 | map.valueType);
        for (int i = 0; i < map.entries.size(); i++) {
          write(out, i % 2 == 0 ? map.keyType : map.valueType, map.entries.get(i));
        }
      }
    } else if (value instanceof byte[] bytes) {
      if (type == BINARY) {
        writeVarint(out, bytes.length);
      }
      out.writeBytes(bytes);
    } else if (type == BYTE || type == TRUE || type == FALSE) {
      out.write((int) (long) (Long) value);
    } else {
      writeNumber(out, (Long) value);
    }
  }

  private static void writeNumber(ByteArrayOutputStream out, long value) {
    writeVarint(out, value << 1 ^ value >> 63);
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static final class Input {
    private final byte[] bytes;
    private int at;

    Input(byte[] bytes) {
      this.bytes = bytes;
    }

    ThriftStruct struct(int depth) throws BrokenThriftException {
      if (depth > MAX_DEPTH) {
        throw new BrokenThriftException("its structure is nested too deeply");
      }
      ThriftStruct struct = new ThriftStruct();
      int last = 0;
      while (true) {
        int head = octet();
        if (head == 0) {
          return struct;
        }
        int type = head & 15;
        int delta = head >>> 4;
        last = delta == 0 ? (int) number() : last + delta;
        Object value = type == TRUE || type == FALSE ? (Object) (type == TRUE) : value(type, depth);
        struct.fields.add(new Field(last, type, value));
      }
    }

    private Object value(int type, int depth) throws BrokenThriftException {
      switch (type) {
        case TRUE, FALSE, BYTE -> {
          return (long) octet();
        }
        case I16, I32, I64 -> {
          return number();
        }
        case DOUBLE -> {
          return take(Double.BYTES);
        }
        case BINARY -> {
          return take(size());
        }
        case UUID -> {
          return take(2 * Long.BYTES);
        }
        case LIST, SET -> {
          int head = octet();
          int size = head >>> 4 == SHORT_LIST ? size() : head >>> 4;
          List<Object> elements = new ArrayList<>(Math.min(size, bytes.length - at));
          for (int i = 0; i < size; i++) {
            elements.add(value(head & 15, depth + 1));
          }
          return new ThriftList(head & 15, elements);
        }
        case MAP -> {
          int size = size();
          int types = size == 0 ? 0 : octet();
          List<Object> entries = new ArrayList<>();
          for (int i = 0; i < size; i++) {
            entries.add(value(types >>> 4, depth + 1));
            entries.add(value(types & 15, depth + 1));
          }
          return new ThriftMap(types >>> 4, types & 15, entries);
        }
        case STRUCT -> {
          return struct(depth + 1);
        }
        default -> throw new BrokenThriftException("it has a field of the unknown type " + type);
      }
    }

    private int octet() throws BrokenThriftException {
      if (at >= bytes.length) {
        throw new BrokenThriftException("it ends early");
      }
      return bytes[at++] & 0xFF;
    }

    private byte[] take(int count) throws BrokenThriftException {
      if (count > bytes.length - at) {
        throw new BrokenThriftException("it has a text that is longer than itself");
      }
      byte[] taken = java.util.Arrays.copyOfRange(bytes, at, at + count);
      at += count;
      return taken;
    }

    /** A length or a number of elements, each of which takes a byte at least. */
    private int size() throws BrokenThriftException {
      long size = varint();
      if (size < 0 || size > bytes.length - at) {
        throw new BrokenThriftException("it has a list that is longer than itself");
      }
      return (int) size;
    }

    private long number() throws BrokenThriftException {
      long value = varint();
      return value >>> 1 ^ -(value & 1);
    }

    private long varint() throws BrokenThriftException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int octet = octet();
        value |= (long) (octet & 0x7F) << shift;
        if (octet < 0x80) {
          return value;
        }
      }
      throw new BrokenThriftException("it has a number of more than 64 bits");
    }
  }
}
