package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;

public class DecodingPropertiesTest {

  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(1000)
                  .build())
          .build();

  private static final RecordSchema VARIED =
      RecordSchema.of(
          Field.required("id", FieldType.STRING),
          Field.optional("count", FieldType.LONG),
          Field.optional("amount", FieldType.decimal(12, 2)),
          Field.optional("ratio", FieldType.DOUBLE),
          Field.optional("ok", FieldType.BOOLEAN),
          Field.optional("at", FieldType.TIMESTAMP),
          Field.optional(
              "items",
              new ArrayType(
                  Field.optional(
                      "element",
                      new ObjectType(RecordSchema.of(Field.required("sku", FieldType.STRING)))))));

  private static final String[] SEEDS = {
    "{\"id\":\"o-1\",\"count\":12,\"amount\":-12.50,\"ratio\":1.5e-3,\"ok\":true,\"at\":\"2026-11-02T08:28:05.123+02:00\"}",
    "{ \"id\" : \"\\u00e9\\n\\\"\\ud83d\\ude00\" , \"items\" : [ { \"sku\" : \"a\" } , null , { \"sku\" : \"b\" } ] }",
    "{\"unknown\":{\"deep\":[1,[2,[3,{}]],\"x\",true,false,null]},\"id\":\"björn 李\",\"count\":null}",
    "{\"id\":\"\",\"amount\":0,\"ratio\":-0.0,\"count\":-9223372036854775808,\"more\":[0.1,1E+5,-1e-7,\"\\/\"]}"
  };

  private static final String MUTANTS = "{}[]\",:\\ \t\n019.-+eEtfnu/xd8{\u0000\u001f\u007f";

  @Property(tries = 500)
  void decodesWhatJacksonWrites(@ForAll("samples") Records.Sample sample, @ForAll boolean escaped)
      throws IOException {
    JsonMapper mapper =
        JsonMapper.builder()
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII, escaped)
            .configure(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN, escaped)
            .build();
    List<byte[]> records = new ArrayList<>();
    for (Records.Value value : sample.records()) {
      records.add(mapper.writeValueAsBytes(value.json()));
    }

    RowBatch batch =
        JsonDecoder.of(sample.schema(), RowCheck.NONE).decode(RawBatches.of(null, records));

    assertThat(batch.rejects().toString(), batch.rejects(), is(empty()));
    List<Map<String, @Nullable Object>> rows = RowValues.of(RowLayout.of(sample.schema()), batch);
    assertThat(rows, is(sample.records().stream().map(Records.Value::decoded).toList()));
  }

  @Provide
  Arbitrary<Records.Sample> samples() {
    return Records.samples();
  }

  @Property(tries = 20_000)
  void takesForJsonExactlyWhatJacksonDoes(@ForAll("mutated") byte[] record) {
    RowBatch batch = decode(VARIED, record);

    boolean malformed =
        !batch.rejects().isEmpty()
            && batch.rejects().get(0).reason() == Reason.MALFORMED
            && !batch.rejects().get(0).detail().contains("duplicate key");
    assertThat(
        new String(record, StandardCharsets.UTF_8) + batch.rejects(),
        !malformed,
        is(isObject(record)));
  }

  @Property(tries = 5_000)
  void readsNumbersAsBigDecimalDoes(@ForAll("numbers") String number) {
    BigDecimal exact = new BigDecimal(number);
    byte[] record =
        ("{\"d\":" + number + ",\"l\":" + number + ",\"f\":" + number + "}")
            .getBytes(StandardCharsets.UTF_8);

    for (int scale : List.of(0, 2, 9)) {
      for (int precision : List.of(9, 18, 19, 38)) {
        RecordSchema schema =
            RecordSchema.of(Field.required("d", FieldType.decimal(precision, scale)));
        RowBatch batch = decode(schema, record);
        BigDecimal stripped = exact.stripTrailingZeros();
        boolean fits =
            exact.signum() == 0
                || (stripped.scale() <= scale
                    && stripped.precision() - stripped.scale() <= precision - scale);
        assertThat(
            number + " as decimal(" + precision + "," + scale + ")" + batch.rejects(),
            batch.count() == 1,
            is(fits));
        if (fits) {
          assertThat(
              RowValues.of(RowLayout.of(schema), batch).get(0).get("d"), is(exact.setScale(scale)));
        }
      }
    }
    RecordSchema longs = RecordSchema.of(Field.required("l", FieldType.LONG));
    RowBatch batch = decode(longs, record);
    boolean isLong =
        exact.signum() == 0
            || (exact.stripTrailingZeros().scale() <= 0
                && exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                && exact.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0);
    assertThat(number, batch.count() == 1, is(isLong));
    if (isLong) {
      assertThat(
          RowValues.of(RowLayout.of(longs), batch).get(0).get("l"), is(exact.longValueExact()));
    }
    for (FieldType type : List.of(FieldType.DOUBLE, FieldType.FLOAT)) {
      RecordSchema schema = RecordSchema.of(Field.required("f", type));
      Object expected =
          type == FieldType.DOUBLE ? (Object) Double.parseDouble(number) : Float.parseFloat(number);
      RowBatch decoded = decode(schema, record);
      if (Double.isInfinite(((Number) expected).doubleValue())) {
        assertThat(decoded.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
      } else {
        assertThat(RowValues.of(RowLayout.of(schema), decoded).get(0).get("f"), is(expected));
      }
    }
  }

  @Provide
  Arbitrary<String> numbers() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25);
    Arbitrary<String> zeros =
        Arbitraries.of("", "", "0", "00", "0000000000", "000000000000000000000");
    Arbitrary<String> exponent = Arbitraries.integers().between(-60, 60).map(e -> "e" + e);
    return net.jqwik.api.Combinators.combine(
            Arbitraries.of("", "-"),
            digits,
            zeros,
            digits.injectNull(0.5),
            zeros,
            exponent.injectNull(0.5))
        .as(
            (sign, whole, wholeZeros, fraction, fractionZeros, power) ->
                sign
                    + (whole + wholeZeros).replaceFirst("^0+(?=.)", "")
                    + (fraction == null ? "" : "." + fractionZeros + fraction + wholeZeros)
                    + (power == null ? "" : power));
  }

  @Property(tries = 20_000)
  void makesARowOrADeadLetterOfMutatedJson(@ForAll("mutated") byte[] record) {
    isOneRowOrOneDeadLetter(record, decode(VARIED, record));
  }

  @Property(tries = 5_000)
  void makesARowOrADeadLetterOfAnyBytes(@ForAll byte[] record) {
    isOneRowOrOneDeadLetter(record, decode(VARIED, record));
    isOneRowOrOneDeadLetter(record, csv(record, CsvFormat.RFC_4180.withoutHeader()));
  }

  @Property(tries = 10_000)
  void makesARowOrADeadLetterOfMutatedCsv(@ForAll long seed) {
    byte[] record =
        mutate(
            "\"o\"\"1\",12,-1.5,0.1,true,2026-11-02T08:28:05Z,\"[{\"\"sku\"\":\"\"a\"\"}]\"",
            ",\"\n ;ab1-.{}[]",
            seed);
    isOneRowOrOneDeadLetter(record, csv(record, CsvFormat.RFC_4180.withoutHeader()));
  }

  private static void isOneRowOrOneDeadLetter(byte[] record, RowBatch batch) {
    assertThat(batch.read(), is(1L));
    assertThat(batch.count() + batch.rejects().size(), is(1));
    if (batch.count() == 1) {
      RowValues.of(RowLayout.of(VARIED), batch);
    } else {
      DeadLetter letter = batch.rejects().get(0);
      assertThat(letter.payload(), is(record));
      assertThat(letter.detail().isBlank(), is(false));
    }
  }

  @Provide
  Arbitrary<byte[]> mutated() {
    return Arbitraries.longs()
        .map(seed -> mutate(SEEDS[(int) Math.floorMod(seed, (long) SEEDS.length)], MUTANTS, seed));
  }

  public static byte[] mutate(String text, String alphabet, long seed) {
    Random random = new Random(seed);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int mutations = 1 + random.nextInt(3);
    for (int i = 0; i < mutations && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      byte replacement =
          random.nextInt(8) == 0
              ? (byte) random.nextInt()
              : (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      int cut = random.nextInt(3);
      byte[] next = new byte[bytes.length - 1 + cut];
      System.arraycopy(bytes, 0, next, 0, at);
      System.arraycopy(bytes, at + 1, next, at + cut, bytes.length - at - 1);
      if (cut == 1) {
        next[at] = replacement;
      } else if (cut == 2) {
        next[at] = replacement;
        next[at + 1] = bytes[at];
      }
      bytes = next;
    }
    return bytes;
  }

  /**
   * Whether Jackson takes a record for an object; what it does not check, UTF-8 and surrogates, is
   * checked here.
   */
  private static boolean isObject(byte[] record) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(record)).toString();
      try (JsonParser parser = JACKSON.createParser(text)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          return false;
        }
        int depth = 1;
        while (depth > 0) {
          JsonToken token = parser.nextToken();
          if (token == null) {
            return false;
          }
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
          if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
              && hasLoneSurrogate(parser.getText())) {
            return false;
          }
          if (token.isNumeric()) {
            parser.getText();
          }
        }
        return parser.nextToken() == null;
      }
    } catch (CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static RowBatch decode(RecordSchema schema, byte[] record) {
    return JsonDecoder.of(schema, RowCheck.NONE).decode(RawBatches.of(null, List.of(record)));
  }

  private static RowBatch csv(byte[] record, CsvFormat format) {
    return CsvDecoder.of(VARIED, format, RowCheck.NONE)
        .decode(RawBatches.of(null, List.of(record)));
  }
}
