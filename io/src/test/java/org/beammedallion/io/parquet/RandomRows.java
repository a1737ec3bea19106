package org.beammedallion.io.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Schemas of every type, nested, and rows of them, with every extreme; all of it from one seed. */
public final class RandomRows {

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final String[] TEXTS = {
    "", "a", "EUR", "größer", "東京", "🚀 up", "x".repeat(40), "\uFFFF\uFFFF", "\u0000"
  };

  private final Random random;

  public RandomRows(long seed) {
    random = new Random(seed);
  }

  public RecordSchema schema(int maxFields, int depth) {
    List<Field> fields = new ArrayList<>();
    int count = 1 + random.nextInt(maxFields);
    for (int i = 0; i < count; i++) {
      fields.add(field("f" + i + (random.nextInt(10) == 0 ? " größe" : ""), depth));
    }
    return new RecordSchema(fields);
  }

  private Field field(String name, int depth) {
    FieldType type = type(depth);
    return random.nextInt(3) == 0 ? Field.required(name, type) : Field.optional(name, type);
  }

  private FieldType type(int depth) {
    int kind = random.nextInt(depth > 0 ? 14 : 11);
    return switch (kind) {
      case 0 -> FieldType.STRING;
      case 1 -> FieldType.BOOLEAN;
      case 2 -> FieldType.INT;
      case 3 -> FieldType.LONG;
      case 4 -> FieldType.FLOAT;
      case 5 -> FieldType.DOUBLE;
      case 6 -> FieldType.DATE;
      case 7 -> FieldType.TIME;
      case 8 -> FieldType.TIMESTAMP;
      case 9, 10 -> {
        int precision = 1 + random.nextInt(38);
        yield FieldType.decimal(precision, random.nextInt(precision + 1));
      }
      case 11, 12 -> new ObjectType(schema(4, depth - 1));
      default -> new ArrayType(field("element", depth - 1));
    };
  }

  public int row(RowBuilder builder, RowLayout layout) {
    int row = builder.beginRow(layout);
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (!field.required() && random.nextInt(4) == 0) {
        continue;
      }
      FieldType type = field.type();
      switch (layout.storage(i)) {
        case BOOLEAN -> builder.setBoolean(layout, row, i, random.nextBoolean());
        case INT -> builder.setInt(layout, row, i, (int) whole(type));
        case LONG -> builder.setLong(layout, row, i, whole(type));
        case FLOAT -> builder.setFloat(layout, row, i, (float) floating(32));
        case DOUBLE -> builder.setDouble(layout, row, i, floating(64));
        case BYTES -> builder.setString(layout, row, i, text());
        case BIG_DECIMAL -> builder.setDecimal(layout, row, i, decimal((DecimalType) type));
        case OBJECT -> {
          int start = row(builder, layout.object(i));
          builder.endVariable(layout, row, i, start);
        }
        case ARRAY -> {
          int start = array(builder, (ArrayType) type);
          builder.endVariable(layout, row, i, start);
        }
      }
    }
    return row;
  }

  private int array(RowBuilder builder, ArrayType type) {
    int array = builder.beginArray();
    int count = random.nextInt(4) == 0 ? 0 : random.nextInt(5);
    FieldType element = type.element().type();
    for (int i = 0; i < count; i++) {
      if (!type.element().required() && random.nextInt(4) == 0) {
        builder.appendNullElement(array);
        continue;
      }
      switch (RowLayout.Storage.of(element)) {
        case BOOLEAN -> {
          builder.beginFixedElement(array);
          builder.appendByte(random.nextInt(2));
        }
        case INT -> {
          builder.beginFixedElement(array);
          builder.appendInt((int) whole(element));
        }
        case FLOAT -> {
          builder.beginFixedElement(array);
          builder.appendInt(Float.floatToIntBits((float) floating(32)));
        }
        case LONG -> {
          builder.beginFixedElement(array);
          builder.appendLong(whole(element));
        }
        case DOUBLE -> {
          builder.beginFixedElement(array);
          builder.appendLong(Double.doubleToLongBits(floating(64)));
        }
        default -> {
          int start = builder.beginVariableElement(array);
          appendVariable(builder, element);
          builder.endVariableElement(start);
        }
      }
    }
    return array;
  }

  private void appendVariable(RowBuilder builder, FieldType type) {
    if (type instanceof ObjectType object) {
      row(builder, RowLayout.of(object.schema()));
    } else if (type instanceof ArrayType inner) {
      array(builder, inner);
    } else {
      byte[] bytes =
          type instanceof DecimalType decimal
              ? decimal(decimal).unscaledValue().toByteArray()
              : text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      builder.append(bytes, 0, bytes.length);
    }
  }

  private long whole(FieldType type) {
    if (type instanceof IntegerType integer) {
      return switch (random.nextInt(5)) {
        case 0 -> integer.bits() == 32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
        case 1 -> integer.bits() == 32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
        case 2 -> random.nextInt(3);
        default -> integer.bits() == 32 ? random.nextInt() : random.nextLong();
      };
    } else if (type instanceof DecimalType decimal) {
      return decimal(decimal).unscaledValue().longValueExact();
    } else if (type instanceof FieldType.TimeType) {
      long micros = Math.floorMod(random.nextLong(), MICROS_PER_DAY);
      return random.nextBoolean() ? micros - micros % 1_000_000 : micros;
    } else if (type instanceof FieldType.DateType) {
      return random.nextInt(40_000) - 20_000L;
    }
    return Math.floorMod(random.nextLong(), 10_000 * MICROS_PER_DAY) - 2_000 * MICROS_PER_DAY;
  }

  private double floating(int bits) {
    return switch (random.nextInt(6)) {
      case 0 -> bits == 32 ? Float.MAX_VALUE : Double.MAX_VALUE;
      case 1 -> bits == 32 ? -Float.MIN_VALUE : -Double.MIN_VALUE;
      case 2 -> -0.0;
      case 3 -> 0.1;
      default -> random.nextGaussian() * 1e6;
    };
  }

  private String text() {
    return random.nextBoolean()
        ? TEXTS[random.nextInt(TEXTS.length)]
        : Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(3));
  }

  private BigDecimal decimal(DecimalType type) {
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    BigInteger unscaled =
        switch (random.nextInt(5)) {
          case 0 -> most;
          case 1 -> most.negate();
          case 2 -> BigInteger.valueOf(random.nextInt(3) - 1).min(most);
          default ->
              new BigInteger(most.bitLength() + 8, random)
                  .mod(most)
                  .multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1));
        };
    return new BigDecimal(unscaled, type.scale());
  }
}
