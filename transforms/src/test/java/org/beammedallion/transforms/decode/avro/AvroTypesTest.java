package org.beammedallion.transforms.decode.avro;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.TimeZoneRules;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every type of Avro's specification 1.12 in the columns that can hold it, and in those that
 * cannot.
 */
class AvroTypesTest {

  private static final TypedSettings NAN_IS_NULL = new TypedSettings(true, false);
  private static final FieldType BERLIN = new TimestampType(null, ZoneId.of("Europe/Berlin"));

  private static Schema schema(String column) {
    return new Schema.Parser()
        .parse(
            ("{'type':'record','name':'row','namespace':'n','fields':[{'name':'c','type':"
                    + column
                    + "}]}")
                .replace('\'', '"'));
  }

  private static RowBatch decode(
      FieldType type, String column, @Nullable Object value, TypedSettings settings) {
    Schema schema = schema(column);
    GenericRecord record = new GenericData.Record(schema);
    record.put("c", value);
    return AvroDecoder.rows(RecordSchema.of(Field.optional("c", type)), RowCheck.NONE)
        .with(settings)
        .decode(AvroDecoderTest.batch(schema, record));
  }

  private static @Nullable Object value(FieldType type, String column, @Nullable Object value) {
    return value(type, column, value, TypedSettings.DEFAULT);
  }

  private static @Nullable Object value(
      FieldType type, String column, @Nullable Object value, TypedSettings settings) {
    RowBatch batch = decode(type, column, value, settings);
    assertThat(batch.rejects().stream().map(DeadLetter::detail).toList(), is(List.of()));
    return RowValues.of(RowLayout.of(RecordSchema.of(Field.optional("c", type))), batch)
        .get(0)
        .get("c");
  }

  private static String refusal(FieldType type, String column, Object value) {
    List<DeadLetter> rejects = decode(type, column, value, TypedSettings.DEFAULT).rejects();
    assertThat(rejects.size(), is(1));
    assertThat(rejects.get(0).reason(), is(Reason.TYPE_MISMATCH));
    return rejects.get(0).detail();
  }

  private static long micros(String instant) {
    Instant time = Instant.parse(instant);
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamp-millis       | 1719820800123       | 2024-07-01T08:00:00.123Z",
        "timestamp-micros       | 1719820800123456    | 2024-07-01T08:00:00.123456Z",
        "timestamp-nanos        | 1719820800123456789 | 2024-07-01T08:00:00.123456Z",
        "timestamp-nanos        | -1                  | 1969-12-31T23:59:59.999999Z",
        "local-timestamp-millis | 1719828000123       | 2024-07-01T08:00:00.123Z",
        "local-timestamp-micros | 1719828000123456    | 2024-07-01T08:00:00.123456Z",
        "local-timestamp-nanos  | 1719828000123456789 | 2024-07-01T08:00:00.123456Z",
        "local-timestamp-nanos  | -1                  | 1969-12-31T22:59:59.999999Z"
      })
  void timestampsAreInstantsAndLocalOnesAreInTheFieldsTimeZone(
      String logical, long number, String expected) {
    assertThat(
        value(BERLIN, "{'type':'long','logicalType':'" + logical + "'}", number),
        is(micros(expected)));
  }

  /**
   * The hour that is left out in spring, and the one that comes twice in autumn, as texts have
   * them.
   */
  @ParameterizedTest
  @CsvSource({
    "2024-03-31T02:30:00",
    "2024-10-27T02:30:00",
    "1893-03-31T23:59:59",
    "0001-01-01T12:00:00"
  })
  void localTimestampsAreWhatTheSameTextIs(String local) {
    TemporalText text = new TemporalText();
    byte[] bytes = local.getBytes(StandardCharsets.US_ASCII);
    assertThat(
        text.timestamp(bytes, 0, bytes.length, new TimeZoneRules(ZoneId.of("Europe/Berlin"))),
        is(true));
    assertThat(
        value(
            BERLIN,
            "{'type':'long','logicalType':'local-timestamp-millis'}",
            Instant.parse(local + "Z").toEpochMilli()),
        is(text.value()));
  }

  @Test
  void timestampsOutOfRangeAreRefused() {
    for (String logical : List.of("timestamp-millis", "local-timestamp-millis")) {
      for (long number : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_800_000L}) {
        assertThat(
            refusal(BERLIN, "{'type':'long','logicalType':'" + logical + "'}", number),
            containsString("beyond the range"));
      }
    }
  }

  @Test
  void datesAndTimes() {
    assertThat(value(FieldType.DATE, "{'type':'int','logicalType':'date'}", 19905), is(19905));
    assertThat(
        value(FieldType.TIME, "{'type':'int','logicalType':'time-millis'}", 3_600_001),
        is(3_600_001_000L));
    assertThat(
        value(FieldType.TIME, "{'type':'long','logicalType':'time-micros'}", 3_600_000_001L),
        is(3_600_000_001L));
    assertThat(
        refusal(FieldType.DATE, "{'type':'long','logicalType':'timestamp-millis'}", 5L),
        containsString("expected a date"));
  }

  @Test
  void decimalsOnBytesAndFixed() {
    byte[] unscaled = BigInteger.valueOf(-12345).toByteArray();
    assertThat(
        value(
            FieldType.decimal(9, 2),
            "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2}",
            ByteBuffer.wrap(unscaled)),
        is(new BigDecimal("-123.45")));
    String fixed =
        "{'type':'fixed','name':'f','size':5,'logicalType':'decimal','precision':9,'scale':2}";
    byte[] five = {-1, -1, -1, unscaled[0], unscaled[1]};
    assertThat(
        value(
            FieldType.decimal(38, 3),
            fixed,
            new GenericData.Fixed(schema(fixed).getField("c").schema(), five)),
        is(new BigDecimal("-123.450")));
  }

  /** An invalid logical type is ignored: these are bytes, and bytes are texts in base64. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'bytes','logicalType':'decimal','precision':2,'scale':3}",
        "{'type':'bytes','logicalType':'decimal','precision':0}",
        "{'type':'bytes','logicalType':'no such type'}",
        "{'type':'bytes','logicalType':'uuid'}"
      })
  void invalidAndUnknownLogicalTypesAreIgnored(String column) {
    assertThat(value(FieldType.STRING, column, ByteBuffer.wrap(new byte[] {1, 2})), is("AQI="));
  }

  @Test
  void anIgnoredLogicalTypeOfANumberLeavesANumber() {
    assertThat(value(FieldType.LONG, "{'type':'int','logicalType':'timestamp-millis'}", 7), is(7L));
    assertThat(
        refusal(FieldType.TIMESTAMP, "{'type':'int','logicalType':'timestamp-millis'}", 7),
        containsString("expected a timestamp"));
  }

  @ParameterizedTest
  @CsvSource({"123.45, 123.450", "-0.001, -0.001", "1E+3, 1000.000", "0E-9, 0.000"})
  void bigDecimalsHaveAScaleOfTheirOwn(String number, String expected) {
    String column = "{'type':'bytes','logicalType':'big-decimal'}";
    ByteBuffer bytes =
        new Conversions.BigDecimalConversion()
            .toBytes(
                new BigDecimal(number),
                schema(column).getField("c").schema(),
                LogicalTypes.bigDecimal());
    assertThat(value(FieldType.decimal(20, 3), column, bytes), is(new BigDecimal(expected)));
  }

  @Test
  void brokenBigDecimalsAreRefused() {
    String column = "{'type':'bytes','logicalType':'big-decimal'}";
    assertThat(
        refusal(FieldType.decimal(20, 3), column, ByteBuffer.wrap(new byte[] {90, 1})),
        containsString("expected a decimal"));
  }

  @Test
  void uuidsOnStringAndFixed() {
    String text = "00112233-4455-6677-8899-aabbccddeeff";
    assertThat(value(FieldType.STRING, "{'type':'string','logicalType':'uuid'}", text), is(text));
    String fixed = "{'type':'fixed','name':'f','size':16,'logicalType':'uuid'}";
    byte[] bytes = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
    assertThat(
        value(
            FieldType.STRING,
            fixed,
            new GenericData.Fixed(schema(fixed).getField("c").schema(), bytes)),
        is(text));
  }

  @Test
  void durationsAreRefusedByName() {
    String fixed = "{'type':'fixed','name':'f','size':12,'logicalType':'duration'}";
    assertThat(
        refusal(
            FieldType.STRING,
            fixed,
            new GenericData.Fixed(schema(fixed).getField("c").schema(), new byte[12])),
        containsString("an Avro duration"));
  }

  @Test
  void enumsAreTheirSymbols() {
    String column = "{'type':'enum','name':'e','symbols':['A','B'],'default':'A'}";
    assertThat(
        value(
            FieldType.STRING,
            column,
            new GenericData.EnumSymbol(schema(column).getField("c").schema(), "B")),
        is("B"));
  }

  @Test
  void unionsAreWhateverBranchTheValueHas() {
    String union =
        "['string',{'type':'long','logicalType':'timestamp-micros'},'null',{'type':'record','name':'r','fields':[]}]";
    assertThat(value(BERLIN, union, "2024-07-01T10:00:00"), is(micros("2024-07-01T08:00:00Z")));
    assertThat(value(BERLIN, union, 5L), is(5L));
    assertThat(value(BERLIN, union, null), is(nullValue()));
    Schema record = schema(union).getField("c").schema().getTypes().get(3);
    assertThat(
        refusal(BERLIN, union, new GenericData.Record(record)),
        containsString("expected a timestamp"));
  }

  @Test
  void mapsAreObjects() {
    FieldType object =
        new ObjectType(
            RecordSchema.of(
                Field.optional("a", FieldType.LONG), Field.optional("b", FieldType.LONG)));
    assertThat(
        value(object, "{'type':'map','values':['null','int']}", Map.of("a", 1)),
        is(mapOf(1L, null)));
    assertThat(
        value(
            new ArrayType(Field.optional("element", object)),
            "{'type':'array','items':{'type':'map','values':'long'}}",
            List.of(Map.of("a", 1L, "b", 2L), Map.of("b", 3L))),
        is(List.of(mapOf(1L, 2L), mapOf(null, 3L))));
    assertThat(
        refusal(FieldType.STRING, "{'type':'map','values':'long'}", Map.of("a", 1L)),
        containsString("expected a string"));
  }

  private static Map<String, @Nullable Object> mapOf(@Nullable Long a, @Nullable Long b) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("a", a);
    map.put("b", b);
    return map;
  }

  @Test
  void namedTypesAreReferredToByName() {
    String list =
        "{'type':'array','items':{'type':'record','name':'money','namespace':'x.y','aliases':['old'],'fields':["
            + "{'name':'amount','type':{'type':'fixed','name':'cents','size':2,'logicalType':'decimal','precision':4,'scale':2}},"
            + "{'name':'other','type':['null','x.y.cents']}]}}";
    Schema money = schema(list).getField("c").schema().getElementType();
    Schema cents = money.getField("amount").schema();
    GenericRecord record = new GenericData.Record(money);
    record.put("amount", new GenericData.Fixed(cents, new byte[] {0, 100}));
    record.put("other", new GenericData.Fixed(cents, new byte[] {0, 7}));
    FieldType object =
        new ObjectType(
            RecordSchema.of(
                Field.optional("amount", FieldType.decimal(4, 2)),
                Field.optional("other", FieldType.decimal(4, 2))));
    assertThat(
        String.valueOf(
            value(new ArrayType(Field.optional("element", object)), list, List.of(record))),
        is("[{amount=1.00, other=0.07}]"));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void notNumbersAreKeptOrNullAndNoIntegersOrDecimals(double number) {
    assertThat(value(FieldType.DOUBLE, "'double'", number), is(number));
    assertThat(value(FieldType.FLOAT, "'double'", number), is((float) number));
    assertThat(value(FieldType.DOUBLE, "'float'", (float) number), is(number));
    // An infinity is a value, whatever NaN is.
    Double orNull = Double.isNaN(number) ? null : (Double) number;
    assertThat(
        value(
            new ArrayType(Field.optional("element", FieldType.DOUBLE)),
            "{'type':'array','items':'double'}",
            Arrays.asList(number, 1.5),
            NAN_IS_NULL),
        is(Arrays.asList(orNull, 1.5)));
    for (FieldType type :
        List.of(FieldType.LONG, FieldType.decimal(9, 2), FieldType.decimal(30, 2))) {
      assertThat(
          refusal(type, "'double'", number), containsString(number + ", which is not a number"));
      if (Double.isNaN(number)) {
        assertThat(value(type, "'double'", number, NAN_IS_NULL), is(nullValue()));
      }
    }
    assertThat(value(FieldType.FLOAT, "'float'", 1.5f, NAN_IS_NULL), is(1.5f));
    String map = "{'type':'map','values':{'type':'array','items':'double'}}";
    Map<String, List<Double>> free = Map.of("a", Arrays.asList(1.5, number));
    if (Double.isNaN(number)) {
      assertThat(value(FieldType.JSON_OBJECT, map, free, NAN_IS_NULL), is("{\"a\":[1.5,null]}"));
    }
    refusal(FieldType.JSON_OBJECT, map, free);
    assertThat(refusal(FieldType.FLOAT, "'double'", 1e300), containsString("beyond the range"));
  }

  @Test
  void floatsBecomeTheDecimalsThatAPersonWouldWrite() {
    assertThat(value(FieldType.decimal(9, 2), "'float'", 0.1f), is(new BigDecimal("0.10")));
    assertThat(value(FieldType.decimal(9, 2), "'double'", 0.1), is(new BigDecimal("0.10")));
  }
}
