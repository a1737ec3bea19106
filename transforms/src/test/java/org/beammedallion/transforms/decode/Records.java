package org.beammedallion.transforms.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * Arbitrary schemas, and records of them: the values that decoding must give, and the JSON that
 * says them.
 */
final class Records {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX");
  private static final String[] NAMES = {
    "id", "a", "amount", "Größe", "a \"quoted\" name", "x\\y", "very_long_field_name_here", "_"
  };

  private Records() {}

  /** A value as it is read from a row, and as JSON. */
  record Value(@Nullable Object decoded, JsonNode json) {}

  record Sample(RecordSchema schema, List<Value> records) {}

  static Arbitrary<Sample> samples() {
    return schemas(2)
        .flatMap(
            schema ->
                object(schema)
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(5)
                    .map(list -> new Sample(schema, list)));
  }

  private static Arbitrary<RecordSchema> schemas(int depth) {
    return Combinators.combine(types(depth), Arbitraries.of(true, false))
        .as(Map::entry)
        .list()
        .ofMinSize(1)
        .ofMaxSize(NAMES.length)
        .map(
            types -> {
              List<Field> fields = new ArrayList<>();
              for (int i = 0; i < types.size(); i++) {
                fields.add(
                    new Field("f" + i, NAMES[i], types.get(i).getKey(), types.get(i).getValue()));
              }
              return new RecordSchema(fields);
            });
  }

  private static Arbitrary<FieldType> types(int depth) {
    Arbitrary<FieldType> decimals =
        Arbitraries.integers()
            .between(1, 38)
            .flatMap(p -> Arbitraries.integers().between(0, p).map(s -> FieldType.decimal(p, s)));
    Arbitrary<FieldType> simple =
        Arbitraries.oneOf(
            Arbitraries.of(
                FieldType.STRING,
                FieldType.BOOLEAN,
                FieldType.INT,
                FieldType.LONG,
                FieldType.FLOAT,
                FieldType.DOUBLE,
                FieldType.DATE,
                FieldType.TIME,
                FieldType.TIMESTAMP),
            decimals);
    if (depth == 0) {
      return simple;
    }
    Arbitrary<FieldType> objects = schemas(depth - 1).map(ObjectType::new);
    Arbitrary<FieldType> arrays =
        Combinators.combine(types(depth - 1), Arbitraries.of(true, false))
            .as((type, required) -> new ArrayType(new Field("element", "element", type, required)));
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(6, simple),
        net.jqwik.api.Tuple.of(1, objects),
        net.jqwik.api.Tuple.of(1, arrays));
  }

  private static Arbitrary<Value> object(RecordSchema schema) {
    List<Arbitrary<Value>> fields = schema.fields().stream().map(Records::field).toList();
    Arbitrary<List<Integer>> order =
        Arbitraries.shuffle(java.util.stream.IntStream.range(0, fields.size()).boxed().toList());
    return Combinators.combine(Combinators.combine(fields).as(values -> values), order)
        .as(
            (values, shuffled) -> {
              Map<String, @Nullable Object> decoded = new LinkedHashMap<>();
              ObjectNode json = JsonNodeFactory.instance.objectNode();
              for (int i = 0; i < fields.size(); i++) {
                decoded.put(schema.fields().get(i).name(), values.get(i).decoded());
              }
              for (int i : shuffled) {
                json.set(schema.fields().get(i).physicalName(), values.get(i).json());
              }
              json.put("unknown to the contract", shuffled.get(0));
              return new Value(decoded, json);
            });
  }

  private static Arbitrary<Value> field(Field field) {
    Arbitrary<Value> values = value(field.type());
    return field.required()
        ? values
        : Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(4, values),
            net.jqwik.api.Tuple.of(
                1, Arbitraries.just(new Value(null, JsonNodeFactory.instance.nullNode()))));
  }

  private static Arbitrary<Value> value(FieldType type) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (type instanceof FieldType.BooleanType) {
      return Arbitraries.of(true, false).map(v -> new Value(v, json.booleanNode(v)));
    } else if (type instanceof IntegerType integer) {
      return integer.bits() == 32
          ? Arbitraries.integers().map(v -> new Value(v, json.numberNode(v)))
          : Arbitraries.longs().map(v -> new Value(v, json.numberNode(v)));
    } else if (type instanceof FloatType number) {
      return number.bits() == 32
          ? Arbitraries.floats().map(v -> new Value(v, json.numberNode(v)))
          : Arbitraries.oneOf(
                  Arbitraries.doubles(),
                  Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite))
              .map(v -> new Value(v, json.numberNode(v)));
    } else if (type instanceof DecimalType decimal) {
      BigInteger limit = BigInteger.TEN.pow(decimal.precision()).subtract(BigInteger.ONE);
      return Arbitraries.bigIntegers()
          .between(limit.negate(), limit)
          .map(v -> new BigDecimal(v, decimal.scale()))
          .map(v -> new Value(v, DecimalNode.valueOf(v)));
    } else if (type instanceof FieldType.DateType) {
      return Arbitraries.integers()
          .between(
              (int) LocalDate.of(1, 1, 1).toEpochDay(),
              (int) LocalDate.of(9999, 12, 31).toEpochDay())
          .map(v -> new Value(v, json.textNode(LocalDate.ofEpochDay(v).toString())));
    } else if (type instanceof FieldType.TimeType) {
      return Arbitraries.longs()
          .between(0, 86_399_999_999L)
          .map(v -> new Value(v, json.textNode(LocalTime.ofNanoOfDay(v * 1000).toString())));
    } else if (type instanceof FieldType.TimestampType) {
      Arbitrary<Long> micros =
          Arbitraries.longs().between(-62_135_500_000_000_000L, 253_402_200_000_000_000L);
      return Combinators.combine(micros, Arbitraries.integers().between(-18 * 60, 18 * 60))
          .as(
              (v, minutes) -> {
                Instant instant =
                    Instant.ofEpochSecond(
                        Math.floorDiv(v, 1_000_000L), Math.floorMod(v, 1_000_000L) * 1000);
                ZoneOffset offset = ZoneOffset.ofTotalSeconds(minutes * 60);
                return new Value(v, json.textNode(TIMESTAMP.format(instant.atOffset(offset))));
              });
    } else if (type instanceof ObjectType object) {
      return object(object.schema());
    } else if (type instanceof ArrayType array) {
      return field(array.element())
          .list()
          .ofMaxSize(4)
          .map(
              values -> {
                List<@Nullable Object> decoded = new ArrayList<>();
                ArrayNode nodes = json.arrayNode();
                values.forEach(v -> decoded.add(v.decoded()));
                values.forEach(v -> nodes.add(v.json()));
                return new Value(decoded, nodes);
              });
    }
    return Arbitraries.strings()
        .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)))
        .map(text -> new Value(text, json.textNode(text)));
  }
}
